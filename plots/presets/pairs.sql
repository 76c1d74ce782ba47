-- strategies of one kind and set alike (plots/contests.sql), of which one needs more memory
with both as (
  select a.*, d.name metric, f.median value, g.median against, d.n, d.ratio, d.low, d.high, d.differs
  from alike a join (select p.cell, p.other, p.metric name, d.* from pairing p join differing d on d.id = p.id where p.kind = 'alike') d
    on d.cell = a.cell and d.other = a.other
  join figure f on f.cell = a.cell and f.metric = d.name join figure g on g.cell = a.other and g.metric = d.name)
select plot, subject, object, metric, b.value, against, ratio, low, high, differs
from both b join json_each('["rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns", "latency_p999_ns"]') m
on m.value = metric where exists (select 1 from both r where r.cell = b.cell and r.other = b.other and r.plot = b.plot
                                  and r.metric = 'rss_peak_bytes' and r.differs and r.ratio > 1)
order by plot, row, object, m.key;
