select panel workload, series strategy, m.value across, s.median, s.low, s.high, s.n
from base b join json_each('["latency_p50_ns", "latency_p90_ns", "latency_p99_ns", "latency_p999_ns", "latency_max_ns",
  "latency_mean_ns"]') m join shown s on s.cell = b.cell and s.metric = m.value
order by workload_place, series, m.key;
