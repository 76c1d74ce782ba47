-- the least heap of each strategy, and that over all; those that another undercuts were not searched for, and are above a limit
with least as (select workload, params, steps, seed, min(bytes) bytes from minheap group by workload, params, steps, seed),
need as (
  select m.workload || iif(m.params = '', '', '[' || m.params || ']') panel, m.steps, m.seed, m.bytes, m.above, l.bytes least,
         m.strategy || iif(m.tunables = '', '', '[' || m.tunables || ']') series
  from minheap m
  join least l on l.workload = m.workload and l.params = m.params and l.steps is m.steps and l.seed is m.seed where m.bytes > 0 or m.above > 0),
said as (
  select panel, steps, bytes, series, si(bytes, 'bytes') heap, bytes * 1.0 / least ratio, iif(bytes = least, 'best', '') standing from need where bytes > 0
  union all
  select panel, steps, null, group_concat(series, ', '), 'above ' || si(min(above), 'bytes'), null, '' from (select * from need order by series) where bytes is null group by panel, steps, seed)
select panel workload, heap "smallest heap", ratio "to the least__ratio", standing "to the least__ratio_standing", series strategy, steps steps__
from said order by panel, steps, coalesce(bytes, 9e99), series;
