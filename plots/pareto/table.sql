select panel workload, strategy, tunables, backing, cpu cpu_ns_per_step, cpu_low cpu_ns_per_step_low,
       cpu_high cpu_ns_per_step_high, cpu_n cpu_ns_per_step_n, rss rss_peak_bytes, rss_low rss_peak_bytes_low,
       rss_high rss_peak_bytes_high, rss_n rss_peak_bytes_n, iif(front, 'yes', 'no') "not beaten"
from point order by workload_place, strategy, rss;
