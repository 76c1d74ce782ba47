-- Google Benchmark's JSON; an invocation is a repetition, and aggregates are over invocations
-- So its compare.py tests over invocations. :host is this machine; no path of it is told. json_patch leaves out NULLs.
with figures as (
  select invocation id, json_group_object(metric, value) filter (
           where metric not in ('steps_per_second', 'cpu_ns_per_step', 'steps')) json,
         1e9 / max(value) filter (where metric = 'steps_per_second') real_time,
         max(value) filter (where metric = 'cpu_ns_per_step') cpu_time
  from main.value where metric in (select name from metric union all select 'steps_per_second' union all select 'cpu_ns_per_step')
  group by invocation),
repetition as (
  select c.place, i.block, json_patch(json_patch('{}', json_object('name', c.key, 'family_index', c.place - 1,
    'per_family_instance_index', 0, 'run_name', c.key, 'run_type', 'iteration', 'repetitions',
    count(*) over (partition by c.id), 'repetition_index', row_number() over (partition by c.id order by i.block) - 1,
    'threads', 1, 'iterations', coalesce(i.steps, 0), 'real_time', coalesce(f.real_time, 0.0),
    'cpu_time', coalesce(f.cpu_time, 0.0), 'time_unit', 'ns', 'error_occurred', iif(i.outcome <> 'ok', json('true'), null),
    'error_message', iif(i.outcome <> 'ok', i.detail, null))), coalesce(f.json, '{}')) json
  from invocation i join cell c on c.id = i.cell left join figures f using (id)),
spread as ( -- the figures of each cell over its invocations, by the names that the library gives aggregates
  select cell, metric, count(*) n, avg(value) mean, median(value) median,
         sqrt(max(0, sum(value * value) - count(*) * avg(value) * avg(value)) / (count(*) - 1)) stddev
  from (select cell, iif(metric = 'steps_per_second', 'real_time', iif(metric = 'cpu_ns_per_step', 'cpu_time', metric)) metric,
               iif(metric = 'steps_per_second', 1e9 / value, value) value
        from main.measured where metric in (select name from metric where name <> 'steps' union select 'steps_per_second' union select 'cpu_ns_per_step'))
  group by cell, metric having count(*) > 1),
kind(place, aggregate, unit) as (values (1, 'mean', 'time'), (2, 'median', 'time'), (3, 'stddev', 'time'), (4, 'cv', 'percentage')),
aggregate as (
  select c.place, 1e9 + k.place block, json_patch(json_object('name', c.key || '_' || k.aggregate, 'family_index', c.place - 1,
    'per_family_instance_index', 0, 'run_name', c.key, 'run_type', 'aggregate', 'repetitions', max(s.n), 'threads', 1,
    'aggregate_name', k.aggregate, 'aggregate_unit', k.unit, 'iterations', max(s.n), 'time_unit', 'ns'),
    json_group_object(s.metric, case k.aggregate when 'mean' then s.mean when 'median' then s.median when 'stddev' then s.stddev
                                else iif(s.mean = 0, 0.0, s.stddev / s.mean) end)) json
  from spread s join cell c on c.id = s.cell cross join kind k group by c.id, k.place),
about as (
  select json_group_object(substr(name, 13), value) filter (where substr(name, 13) in ('commit', 'compiler', 'flags',
           'cpu', 'kernel')) json, max(value) filter (where name = 'started') started,
         max(value) filter (where name = 'environment.cpus') cpus,
         json_group_array(value) filter (where name = 'environment.load1') load from run)
select json_object('context', json_patch(json_object('host_name', :host, 'executable', 'heapbench', 'library_build_type',
    'release', 'cpu_scaling_enabled', json('false'), 'caches', json_array(), 'date', started,
    'num_cpus', cpus, 'load_avg', json(load)), json), 'benchmarks',
  (select json_group_array(json(json)) from (select * from repetition union all select * from aggregate order by place, block))) from about;
