-- the figures of all strategies at their defaults
select panel plot, series strategy, m.value across, s.median, s.low, s.high, s.n, outcome
from base b join json_each('["steps_per_second", "cpu_ns_per_step", "latency_p50_ns", "latency_p99_ns", "latency_p999_ns",
  "latency_max_ns", "collection_cpu_max_ns", "cascade_cpu_max_ns", "collections", "collected_objects", "rss_peak_bytes", "rss_settled_bytes", "floating_average_bytes", "leaked_bytes"]') m
join shown s on s.cell = b.cell and s.metric = m.value join ending e on e.cell = b.cell
order by workload_place, series, m.key;
