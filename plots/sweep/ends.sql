-- what either end of an axis costs and buys against the default: over workloads the median, clear where all are
with stop as (
  select plot, series, panel, label, x, cell, max(iif(value = fallback, cell, null)) over w standard,
         x = min(x) over w or x = max(x) over w last
  from swept where kind = 'tunable' and tunables = '' window w as (partition by plot, series, panel))
select plot, series || ' at ' || label subject, 'its default' object, f.metric, median(f.median / d.median) ratio,
       min(f.high < d.low or f.low > d.high) clear
from stop join figure f on f.cell = stop.cell join figure d on d.cell = standard and d.metric = f.metric
join json_each('["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects"]') m on m.value = f.metric
where last and stop.cell <> standard and d.median > 0 group by plot, series, x, m.key order by plot, series, x, m.key;
