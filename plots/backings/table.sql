-- cells that ran on more than one backing allocator
select c.workload || iif(params = '', '', '[' || params || ']') workload, strategy, tunables, backing, m.value across,
       s.median, s.low, s.high, s.n
from cells c join json_each('["steps_per_second", "cpu_ns_per_step", "rss_peak_bytes", "rss_settled_bytes"]') m
join shown s on s.cell = c.id and s.metric = m.value
where exists (select 1 from cells o where o.workload = c.workload and o.params = c.params and o.strategy = c.strategy
              and o.tunables = c.tunables and o.backing <> c.backing)
order by (select min(o.place) from cells o where o.workload = c.workload and o.params = c.params and o.strategy = c.strategy
          and o.tunables = c.tunables), c.place, m.key;
