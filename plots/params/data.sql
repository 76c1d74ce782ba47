-- figures along each parameter of a workload that was swept
select plot, panel, series, style, m.key + 1 "column", metric, x, label, median value, coalesce(low, median) value_low,
       coalesce(high, median) value_high, default_x, axis, title, unit
from swept s join json_each('["leaked_bytes", "rss_peak_bytes", "cpu_ns_per_step"]') m
join figure f on f.cell = s.cell and f.metric = m.value join metric u on u.name = m.value
where kind = 'param'
order by min(s.id) over (partition by plot), min(s.id) over (partition by plot, panel), s.id, m.key, x;
