-- each combination of two settings is a block of its own; shade: how much, from 0 to 1 within its panel; usual: the default of both;
-- grows: memory had not settled when the run ended. A figure that some of them lack has no panel
with drawn as (
  select g.*, m.name metric, m.title, m.unit, w.key metric_place, f.median, c.tunables = '' and c.params = '' usual,
         coalesce(o.low > 1.3, o.median > 1.6, 0) grows
  from crossed g join json_each('["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns"]') w
  join metric m on m.name = w.value join figure f on f.cell = g.cell and f.metric = w.value
  join cells c on c.id = g.cell left join figure o on o.cell = g.cell and o.metric = 'rss_growth'),
ranged as (
  select *, min(iif(median > 0, median, null)) over part least, max(median) over part most, count(*) over part many,
         (select count(*) from crossed g where g.plot = drawn.plot) points from drawn
  window part as (partition by plot, metric))
select plot, metric panel, 'p' || place series, 0 style, x, y,
       iif(median <= 0, 0, iif(most > least, ln(median / least) / ln(most / least), 0)) shade, si(median, unit) || iif(grows and metric = 'rss_peak_bytes', ' ↗', '') said, x_label, y_label, x_name, y_name, title, usual,
       metric = 'rss_peak_bytes' and grows grows, y_name || ' ' || y_label || ', ' || x_name || ' ' || x_label || ': ' || si(median, unit) text
from ranged where many = points order by grid, metric_place, place;
