-- half the width of the interval, as a share of the median
with width as (
  select f.cell, m.key, metric, (high - low) / 2 / f.median half
  from figure f join json_each('["cpu_ns_per_step", "steps_per_second", "latency_p50_ns", "latency_p99_ns", "collection_cpu_max_ns",
    "rss_peak_bytes"]') m on m.value = metric where f.median > 0 and n > 1)
select u.title metric, median(half) usual__fraction, max(half) widest__fraction,
       (select c.key from width w join cell c on c.id = w.cell where w.metric = width.metric order by half desc) "of the cell"
from width join metric u on u.name = metric group by metric order by key;
