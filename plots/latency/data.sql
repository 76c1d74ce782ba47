-- latency of a step by percentile, as far as every block can tell it; percentile 100 is the longest step. A panel for each
-- family, all of a workload on the same axes
with curve as (
  select b.cell, s.x percentile, 100 / (100 - s.x) x, median(s.y) latency_ns, low(s.y) low, high(s.y) high, count(*) n,
         row_number() over (partition by b.cell order by s.x) place
  from base b join invocation i on i.cell = b.cell and i.outcome = 'ok'
  join series s on s.invocation = i.id and s.kind = 'latency'
  group by b.cell, s.x),
longest as (
  select f.cell, 100.0 percentile, max(s.median, 1) x, f.median latency_ns, f.low, f.high, f.n
  from figure f join figure s on s.cell = f.cell and s.metric = 'steps' where f.metric = 'latency_max_ns'),
drawn as (select cell, percentile, x, latency_ns, low, high from curve c where place % 2 and n >= (select n from longest l where l.cell = c.cell)
          union all select cell, percentile, x, latency_ns, low, high from longest)
select panel plot, replace(family, ' ', '-') panel, series, style, panel || ': ' || family title, percentile, x, latency_ns,
       coalesce(c.low, latency_ns) latency_ns_low, coalesce(c.high, latency_ns) latency_ns_high,
       min(coalesce(c.low, latency_ns)) over one lowest, max(coalesce(c.high, latency_ns)) over one highest, max(x) over one steps,
       'p50 ' || si(p.median, 'ns') || coalesce(', p99 ' || si(q.median, 'ns'), '') || coalesce(', p99.9 ' || si(r.median, 'ns'), '') text
from drawn c join base b on b.cell = c.cell left join figure p on p.cell = b.cell and p.metric = 'latency_p50_ns'
left join figure q on q.cell = b.cell and q.metric = 'latency_p99_ns' left join figure r on r.cell = b.cell and r.metric = 'latency_p999_ns'
window one as (partition by panel) order by workload_place, hue, series, percentile;
