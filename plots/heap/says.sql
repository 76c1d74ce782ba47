-- who runs with the least, what the others need, and who does not run with how much of it
with least as (select workload, params, steps, min(bytes) bytes from minheap group by workload, params, steps),
need as (
  select m.workload || iif(m.params = '', '', '[' || m.params || ']') panel, m.strategy || iif(m.tunables = '', '', '[' || m.tunables || ']') series,
         m.bytes, l.bytes least from minheap m join least l on l.workload = m.workload and l.params = m.params and l.steps is m.steps where m.bytes > 0),
lost as (
  select panel, label, value, group_concat(series, ', ') who from (select * from roomed order by series) where lost and axis = 'room' group by panel, value)
select n.panel || ', smallest heap' what, (select group_concat(series, ', ') from need o where o.panel = n.panel and o.bytes = o.least) answer,
       'with ' || si(n.least, 'bytes') || coalesce('; ' || (select group_concat(series || ' needs ' || si(bytes * 1.0 / least, 'ratio'), ', ')
         from (select * from need order by bytes, series) o where o.panel = n.panel and o.bytes > o.least), '') ||
       coalesce('; does not run at ' || (select group_concat(label || ': ' || who, '; ') from (select * from lost order by value) o where o.panel = n.panel), '') || '.' sentence
from need n group by n.panel, n.least order by n.panel;
