-- each configuration of the programs that an interpreter of --exec ran
with named as (select ',' || value || ',' list from run where name = 'exec'),
program_of as (select distinct c.program from cells c, named where instr(list, ',' || c.strategy || '=') > 0),
row as (
  select c.id, c.place, coalesce(nullif(c.input, ''), c.workload) program, c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') strategy,
         max(iif(s.metric = 'cpu_ns_per_step', s.median, null)) cpu, max(iif(s.metric = 'cpu_ns_per_step', s.low, null)) cpu_low,
         max(iif(s.metric = 'cpu_ns_per_step', s.high, null)) cpu_high,
         max(iif(s.metric = 'pause_cpu_total_ns', s.median, null)) * 1.0 / max(iif(s.metric = 'steps', s.median, null)) paused,
         max(iif(s.metric = 'collection_cpu_max_ns', s.median, null)) longest, max(iif(s.metric = 'pause_max_ns', s.median, null)) wall,
         max(iif(s.metric = 'rss_peak_bytes', s.median, null)) rss, max(iif(s.metric = 'floating_average_objects', s.median, null)) floating,
         max(iif(s.metric = 'collected_objects', s.median, null)) collected, max(iif(s.metric = 'collections', s.median, null)) collections
  from cells c join program_of using (program) join shown s on s.cell = c.id group by c.id)
select replace(program, rtrim(program, replace(program, '/', '')), '') program, strategy, cpu "CPU/step__ns", cpu_low "CPU/step__ns_low",
       cpu_high "CPU/step__ns_high", longest "pause__ns", rss "peak RSS__bytes", floating "floating__", paused / cpu "GC__fraction", wall "in wall time__ns",
       collected "collected__", collections "collections__"
from row order by program, place;
