select plot, label strategy, m.value across, s.median, s.low, s.high, s.n, t.standing, outcome
from contender c join json_each('["cpu_ns_per_step", "rss_peak_bytes", "rss_average_bytes", "floating_average_objects",
  "floating_peak_objects", "floating_average_bytes", "collection_cpu_max_ns", "latency_p999_ns"]') m
join shown s on s.cell = c.cell and s.metric = m.value left join standing t on t.contest = 'preset ' || plot and t.metric = m.value and t.cell = c.cell
join ending e on e.cell = c.cell
order by plot, row, m.key;
