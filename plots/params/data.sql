-- figures along each parameter of a workload that was swept; what borrowing buys is a question of its own
select plot, panel || '/' || metric panel, series, style, metric, x, label, median value, coalesce(low, median) value_low,
       coalesce(high, median) value_high, default_x, axis, panel || ': ' || title title, unit,
       group_concat(label || ': ' || si(median, unit), ', ') over (partition by plot, panel, metric, series
         order by x rows between unbounded preceding and unbounded following) text
from swept s join json_each('["leaked_bytes", "rss_peak_bytes", "cpu_ns_per_step"]') m
join figure f on f.cell = s.cell and f.metric = m.value join metric u on u.name = m.value
where kind = 'param' and setting <> 'borrow' and not (m.value = 'leaked_bytes' and exists (
  select 1 from swept o where o.kind = 'param' and o.plot = s.plot and o.panel = s.panel and not exists (
    select 1 from figure l where l.cell = o.cell and l.metric = 'leaked_bytes')))
order by min(s.id) over (partition by plot), min(s.id) over (partition by plot, panel), m.key, s.id, x;
