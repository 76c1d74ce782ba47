select plot, setting parameter, series strategy, label value, m.value across, s.median, s.low, s.high, s.n, outcome
from swept p join json_each('["cpu_ns_per_step", "rss_peak_bytes", "collection_cpu_max_ns", "cascade_cpu_max_ns", "leaked_bytes"]') m
join shown s on s.cell = p.cell and s.metric = m.value join ending e on e.cell = p.cell
where kind = 'param' and outcome <> 'never ran' order by p.id, x, m.key;
