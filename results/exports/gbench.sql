-- Google Benchmark's JSON; an invocation is a repetition
-- So its compare.py tests over invocations. :dir and :host are the run's folder and this machine. json_patch leaves out NULLs.
with figures as (
  select invocation id, json_group_object(metric, value) filter (
           where metric not in ('steps_per_second', 'cpu_ns_per_step', 'steps')) json,
         1e9 / max(value) filter (where metric = 'steps_per_second') real_time,
         max(value) filter (where metric = 'cpu_ns_per_step') cpu_time from value group by invocation),
repetition as (
  select c.place, i.block, json_patch(json_patch('{}', json_object('name', c.key, 'family_index', c.place - 1,
    'per_family_instance_index', 0, 'run_name', c.key, 'run_type', 'iteration', 'repetitions',
    count(*) over (partition by c.id), 'repetition_index', row_number() over (partition by c.id order by i.block) - 1,
    'threads', 1, 'iterations', coalesce(i.steps, 0), 'real_time', coalesce(f.real_time, 0.0),
    'cpu_time', coalesce(f.cpu_time, 0.0), 'time_unit', 'ns', 'error_occurred', iif(i.outcome <> 'ok', json('true'), null),
    'error_message', iif(i.outcome <> 'ok', i.detail, null))), coalesce(f.json, '{}')) json
  from invocation i join cell c on c.id = i.cell left join figures f using (id)),
about as (
  select json_group_object(substr(name, 13), value) filter (where substr(name, 13) in ('commit', 'compiler', 'flags',
           'cpu', 'kernel')) json, max(value) filter (where name = 'started') started,
         max(value) filter (where name = 'environment.cpus') cpus,
         json_group_array(value) filter (where name = 'environment.load1') load from run)
select json_object('context', json_patch(json_object('host_name', :host, 'executable', 'heapbench', 'library_build_type',
    'release', 'cpu_scaling_enabled', json('false'), 'caches', json_array(), 'heapbench_dir', :dir, 'date', started,
    'num_cpus', cpus, 'load_avg', json(load)), json), 'benchmarks',
  (select json_group_array(json(json)) from (select json from repetition order by place, block))) from about;
