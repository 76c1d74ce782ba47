select c.workload, c.strategy, member.name variant, member.settings, m.name across, f.median, f.low, f.high, f.n
from (select name, settings, cell, usual, place from variant union select 'default', '', usual, usual, 0 from variant) member
join cells c on c.id = member.cell
join json_each('["cpu_ns_per_step", "rss_peak_bytes", "latency_p99_ns", "collection_cpu_max_ns", "collections", "floating_average_objects"]') w
join metric m on m.name = w.value left join figure f on f.cell = member.cell and f.metric = m.name
order by c.workload, c.strategy, member.usual, member.place, w.key;
