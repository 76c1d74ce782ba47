-- response and service of a step by percentile, as far as every block can tell it; percentile 100 is the longest. A panel for each load, all of a
-- workload on the same axes
with curve as (
  select d.cell, s.kind, s.x percentile, median(s.y) y, low(s.y) low, high(s.y) high, count(*) n,
         row_number() over (partition by d.cell, s.kind order by s.x) place
  from driven d join invocation i on i.cell = d.cell and i.outcome = 'ok'
  join series s on s.invocation = i.id and s.kind in ('latency', 'response') group by d.cell, s.kind, s.x),
longest as (
  select f.cell, f.median, f.low, f.high, f.n, g.median service, max(h.median, 1) steps
  from figure f join figure g on g.cell = f.cell and g.metric = 'latency_max_ns'
  join figure h on h.cell = f.cell and h.metric = 'steps' where f.metric = 'response_max_ns'),
drawn as (
  select r.cell, r.percentile, 100 / (100 - r.percentile) x, r.y response_ns, r.low, r.high, s.y service_ns
  from curve r join curve s on s.cell = r.cell and s.percentile = r.percentile and s.kind = 'latency'
  where r.kind = 'response' and r.place % 2 and r.n >= (select n from longest l where l.cell = r.cell)
  union all select cell, 100.0, steps, median, low, high, service from longest)
select panel plot, 'load-' || load panel, series, style, 'load ' || load title, percentile, x, response_ns,
       coalesce(c.low, response_ns) response_ns_low, coalesce(c.high, response_ns) response_ns_high, service_ns,
       min(service_ns) over one lowest, max(coalesce(c.high, response_ns)) over one highest, max(x) over one steps,
       'response p50 ' || si(p.median, 'ns') || coalesce(', p99 ' || si(q.median, 'ns'), '') || coalesce('; service p99 ' || si(r.median, 'ns'), '') text
from drawn c join driven d on d.cell = c.cell left join figure p on p.cell = d.cell and p.metric = 'response_p50_ns'
left join figure q on q.cell = d.cell and q.metric = 'response_p99_ns' left join figure r on r.cell = d.cell and r.metric = 'latency_p99_ns'
window one as (partition by panel) order by workload_place, panel, load, series, percentile;
