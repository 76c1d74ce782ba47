-- cells that ran on more than one backing allocator
with several as (select workload, params, strategy, tunables, min(place) first from cells group by 1, 2, 3, 4 having min(backing) <> max(backing))
select c.workload || iif(params = '', '', '[' || params || ']') workload, strategy, tunables, backing, m.value across,
       s.median, s.low, s.high, s.n
from cells c join several v using (workload, params, strategy, tunables) join json_each('["steps_per_second", "cpu_ns_per_step", "rss_peak_bytes", "rss_settled_bytes"]') m
join shown s on s.cell = c.id and s.metric = m.value
order by v.first, c.place, m.key;
