select plot, g.y_name || '=' || g.y_label first, g.x_name || '=' || g.x_label second, m.value across, s.median, s.low, s.high, s.n
from crossed g join json_each('["cpu_ns_per_step", "rss_peak_bytes", "latency_p99_ns", "collection_cpu_max_ns", "floating_average_objects"]') m
join shown s on s.cell = g.cell and s.metric = m.value order by g.grid, g.place, m.key;
