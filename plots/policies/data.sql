-- CPU time of a step, and its tail, against peak memory: a panel for each, a point for each way to collect
with point as (
  select p.*, m.column1 goal, iif(m.column1 = 'CPU', 'cpu_ns_per_step', p.tail) metric
  from policy p, (values ('CPU'), ('tail')) m)
select plane plot, goal panel, replace(p.name, ' ', '-') series, 10 * hue + (p.place - 1) % 10 style,
       iif(goal = 'CPU', 'CPU time of a step', m.title || iif(p.load > 0, '', ' of a step')) title, p.name, max(x.median, 4096) memory_bytes,
       max(coalesce(x.low, x.median), 4096) memory_bytes_low, max(coalesce(x.high, x.median), 4096) memory_bytes_high,
       y.median y_ns, coalesce(y.low, y.median) y_ns_low, coalesce(y.high, y.median) y_ns_high, p.hand,
       si(x.median, 'bytes') || ', ' || si(y.median, 'ns') text
from point p join metric m on m.name = p.metric join figure x on x.cell = p.cell and x.metric = 'rss_peak_bytes'
join figure y on y.cell = p.cell and y.metric = p.metric order by p.workload_place, plane, goal, p.place;
