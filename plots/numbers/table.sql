-- the figures of all strategies at their defaults, those first that a narrow terminal shows
select panel plot, series strategy, m.value across, s.median, s.low, s.high, s.n,
       iif(m.value in ('collection_cpu_max_ns', 'cascade_cpu_max_ns') and b.cell in (select cell from shaken), 'shaken', t.standing) standing, outcome
from base b join json_each('["cpu_ns_per_step", "rss_peak_bytes", "latency_p50_ns", "latency_p99_ns", "latency_p999_ns", "leaked_bytes",
  "collection_cpu_max_ns", "cascade_cpu_max_ns", "collections", "collected_objects", "latency_max_ns",
  "rss_settled_bytes", "floating_average_bytes"]') m
join shown s on s.cell = b.cell and s.metric = m.value left join standing t on t.contest = 'base ' || panel and t.metric = m.value and t.cell = b.cell
join ending e on e.cell = b.cell
order by workload_place, series, m.key;
