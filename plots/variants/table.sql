-- every variant against the default and against the variants before it
select c.workload || iif(u.params = '', '', '[' || u.params || ']') workload, c.strategy, v.name variant, v.against "beside",
       max(iif(metric = 'cpu_ns_per_step', ratio, null)) CPU__ratio, max(iif(metric = 'cpu_ns_per_step', ratio_low, null)) CPU__ratio_low,
       max(iif(metric = 'cpu_ns_per_step', ratio_high, null)) CPU__ratio_high,
       max(iif(metric = 'rss_peak_bytes', ratio, null)) memory__ratio, max(iif(metric = 'rss_peak_bytes', ratio_low, null)) memory__ratio_low,
       max(iif(metric = 'rss_peak_bytes', ratio_high, null)) memory__ratio_high,
       max(iif(metric = 'latency_p99_ns', ratio, null)) p99__ratio, max(iif(metric = 'latency_p99_ns', ratio_low, null)) p99__ratio_low,
       max(iif(metric = 'latency_p99_ns', ratio_high, null)) p99__ratio_high,
       max(iif(metric = 'collections', ratio, null)) collections__ratio, c.backing
from varied v join cells c on c.id = v.cell join cells u on u.id = v.other
group by v.cell, v.other order by c.workload, c.strategy, c.backing, v.other_place, v.place;
