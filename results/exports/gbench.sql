-- Google Benchmark's JSON; an invocation is a repetition
-- So its compare.py tests over invocations. :dir and :host are the run's folder and this machine.
with r as materialized (select * from run),
entry as (
  select c.place, i.block, json_patch(json_object('name', c.key, 'family_index', c.place - 1, 'per_family_instance_index', 0,
    'run_name', c.key, 'run_type', 'iteration', 'repetitions', count(*) over (partition by i.cell), 'repetition_index',
    row_number() over (partition by i.cell order by i.block) - 1, 'threads', 1, 'iterations', coalesce(i.steps, 0),
    'real_time', coalesce(1e9 / (select value from value where invocation = i.id and metric = 'steps_per_second'), 0.0),
    'cpu_time', coalesce((select value from value where invocation = i.id and metric = 'cpu_ns_per_step'), 0.0), 'time_unit',
    'ns', 'error_occurred', iif(i.outcome <> 'ok', json('true'), null), 'error_message', iif(i.outcome <> 'ok', i.detail, null)),
    coalesce((select json_group_object(metric, value) from value where invocation = i.id
              and metric not in ('steps_per_second', 'cpu_ns_per_step', 'steps')), '{}')) json
  from invocation i join cell c on c.id = i.cell)
select json_object('context', json_patch(json_object('host_name', :host, 'executable', 'heapbench', 'library_build_type',
  'release', 'cpu_scaling_enabled', json('false'), 'caches', json_array(), 'heapbench_dir', :dir, 'date',
  (select value from r where name = 'started'), 'num_cpus', (select value from r where name = 'environment.cpus'),
  'load_avg', (select json_group_array(value) from r where name = 'environment.load1')),
  (select json_group_object(substr(name, 13), value) from r where name in ('environment.commit', 'environment.compiler',
    'environment.flags', 'environment.cpu', 'environment.kernel'))),
  'benchmarks', (select json_group_array(json(json)) from (select json from entry order by place, block)));
