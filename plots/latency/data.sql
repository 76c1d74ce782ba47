-- latency of a step by percentile, as far as every block can tell it; percentile 100 is the longest step
with curve as (
  select b.cell, s.x percentile, 100 / (100 - s.x) x, median(s.y) latency_ns, low(s.y) low, high(s.y) high, count(*) n
  from base b join invocation i on i.cell = b.cell and i.outcome = 'ok'
  join series s on s.invocation = i.id and s.kind = 'latency'
  group by b.cell, s.x),
longest as (
  select f.cell, 100.0 percentile, max(s.median, 1) x, f.median latency_ns, f.low, f.high, f.n
  from figure f join figure s on s.cell = f.cell and s.metric = 'steps' where f.metric = 'latency_max_ns')
select panel, series, style, percentile, x, latency_ns, coalesce(c.low, latency_ns) latency_ns_low,
       coalesce(c.high, latency_ns) latency_ns_high
from (select * from curve c where n >= (select n from longest l where l.cell = c.cell)
      union all select * from longest) c join base b on b.cell = c.cell
order by workload_place, series, percentile;
