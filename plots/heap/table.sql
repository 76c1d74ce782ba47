select panel plot, series strategy, label "heap limit", m.name across, iif(r.lost, null, f.median) median, iif(r.lost, null, f.low) low, iif(r.lost, null, f.high) high,
       f.n, outcome
from roomed r join metric m on m.name in ('cpu_ns_per_step', 'latency_p99_ns', 'rss_peak_bytes', 'collections', 'collection_cpu_max_ns')
left join figure f on f.cell = r.cell and f.metric = m.name order by r.workload_place, panel, r.style, series, coalesce(r.value, 9e99), m.place;
