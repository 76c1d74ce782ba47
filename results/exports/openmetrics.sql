-- text for Prometheus and others
-- OpenMetrics 1.0, section "Text format". A name ends with its unit, ours is taken out: cpu_ns_per_step becomes
-- heapbench_cpu_per_step_seconds. Figures of single phases are left out. No
-- gauge may end in _count: pause_count becomes pause_events.
with unit(ours, theirs, scale) as (values ('ns', 'seconds', 1e-9), ('bytes', 'bytes', 1), ('fraction', 'ratio', 1)),
family as (
  select m.name metric, m.place, m.doc, u.theirs, coalesce(u.scale, 1) scale, 'heapbench_' ||
    replace(replace(replace(coalesce(replace(m.name, '_' || u.ours, '') || '_' || u.theirs, m.name), '.', '_') || '#', '_count#', '_events'), '#', '') name
  from metric m left join unit u on u.ours = m.unit where m.source <> 'phase' and m.name in (select metric from figure)),
label as (
  select id, place, printf('workload="%s",params="%s",strategy="%s",tunables="%s",backing="%s"',
                           escaped('openmetrics', workload), escaped('openmetrics', params), escaped('openmetrics', strategy),
                           escaped('openmetrics', trim(tunables || iif(load = 0, '', ';load=' || load), ';')), escaped('openmetrics', backing)) labels from cells),
sample as (
  select cell, metric, 1 place, 'median' stat, median value from figure
  union all select cell, metric, 2, 'ci_low', low from figure union all select cell, metric, 3, 'ci_high', high from figure)
select line from (
  select place, 0 part, 0 cell, 0 stat, '# TYPE ' || name || ' gauge' line from family
  union all select place, 1, 0, 0, '# UNIT ' || name || ' ' || theirs from family where theirs is not null
  union all select place, 2, 0, 0, '# HELP ' || name || ' ' || doc from family
  union all select f.place, 3, l.place, s.place, printf('%s{%s,stat="%s"} %.15g', f.name, l.labels, s.stat, s.value * f.scale)
  from sample s join family f using (metric) join label l on l.id = s.cell where s.value is not null
  union all select -1, 0, 0, 0, '# TYPE heapbench_run_info gauge'
  union all select -1, 1, 0, 0, '# HELP heapbench_run_info which run this is'
  union all select -1, 2, 0, 0, 'heapbench_run_info{' || group_concat(
    substr(name, 1 + instr(name, '.')) || '="' || escaped('openmetrics', value) || '"') || '} 1'
  from run where name in ('commit', 'compiler', 'build', 'started', 'seed', 'environment.cpu', 'environment.kernel')
  union all select 1e9, 4, 0, 0, '# EOF') order by place, part, cell, stat;
