select panel workload, series strategy, m.value across, s.median, s.low, s.high, s.n
from base b join json_each('["rss_peak_bytes", "rss_average_bytes", "rss_end_bytes", "rss_settled_bytes", "leaked_bytes",
  "leaked_objects"]') m join shown s on s.cell = b.cell and s.metric = m.value
order by workload_place, series, m.key;
