-- the same, a row for each cell; of a run with more of them than a terminal has room for, none
with row as (
  select coalesce(nullif(c.input, ''), c.workload || iif(c.params = '', '', '[' || c.params || ']')) program,
         c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') strategy, c.backing,
         max(iif(s.metric = 'cpu_ns_per_step', s.median, null)) cpu, max(iif(s.metric = 'cpu_ns_per_step', s.low, null)) cpu_low,
         max(iif(s.metric = 'cpu_ns_per_step', s.high, null)) cpu_high, max(iif(s.metric = 'rss_peak_bytes', s.median, null)) peak,
         max(iif(s.metric = 'rss_settled_bytes', s.median, null)) settled,
         min(c.place) over (partition by c.program, c.strategy, c.tunables) first, c.place
  from cells c join shown s on s.cell = c.id
  where exists (select 1 from cells o where o.program = c.program and o.strategy = c.strategy and o.tunables = c.tunables and o.backing <> c.backing)
  group by c.id)
select replace(program, rtrim(program, replace(program, '/', '')), '') program,
       iif(length(backing) > 30, substr(backing, 1, 29) || '…', backing) backing, cpu "CPU/step__ns", cpu_low "CPU/step__ns_low",
       cpu_high "CPU/step__ns_high", peak "peak RSS__bytes", settled "settled RSS__bytes",
       strategy
from row where (select count(*) from row) <= 24 order by first, place;
