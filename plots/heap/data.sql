-- figures along the heap limit; what is lost has no figure, 0, and is drawn at infinity
with metric_of as (select r.panel, iif(count(f.median) = sum(not r.lost), 'latency_p999_ns', 'latency_p99_ns') tail from roomed r
                   left join figure f on f.cell = r.cell and f.metric = 'latency_p999_ns' group by r.panel)
select r.panel plot, m.name panel, series, style, m.title, r.axis, r.value x, r.label, iif(r.lost, 0, f.median) value,
       iif(r.lost, 0, coalesce(f.low, f.median)) value_low, iif(r.lost, 0, coalesce(f.high, f.median)) value_high, r.lost, m.unit,
       group_concat(r.label || ': ' || iif(r.lost, r.outcome, si(f.median, m.unit)), ', ') over (partition by r.panel, m.name, series) text
from roomed r join metric_of t on t.panel = r.panel join metric m on m.name in ('cpu_ns_per_step', 'collections', t.tail)
left join figure f on f.cell = r.cell and f.metric = m.name
where r.value > 0 and (r.lost or f.median >= 0) order by r.workload_place, r.panel, m.place, r.style, series, r.value;
