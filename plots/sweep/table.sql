select plot, panel workload, series strategy, label value, m.value across, s.median, s.low, s.high, s.n, t.standing, outcome
from swept p join json_each('["cpu_ns_per_step", "rss_peak_bytes", "latency_p99_ns", "collection_cpu_max_ns", "cascade_cpu_max_ns",
  "floating_average_objects", "leaked_bytes"]') m
join shown s on s.cell = p.cell and s.metric = m.value left join standing t on t.contest = 'sweep ' || plot || ' ' || panel || ' ' || series and t.metric = m.value and t.cell = p.cell
join ending e on e.cell = p.cell
where kind = 'tunable' and outcome <> 'never ran' order by p.id, x, m.key;
