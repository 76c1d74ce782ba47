-- each combination of two settings is a block of its own; shade: how much, from 0 to 1 within its panel
with drawn as (
  select g.*, m.name metric, m.title, m.unit, w.key metric_place, f.median
  from crossed g join json_each('["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns"]') w
  join metric m on m.name = w.value join figure f on f.cell = g.cell and f.metric = w.value),
ranged as (
  select *, min(iif(median > 0, median, null)) over part least, max(median) over part most from drawn
  window part as (partition by plot, metric))
select plot, metric panel, 'p' || place series, 0 style, x, y,
       iif(median <= 0, 0, iif(most > least, ln(median / least) / ln(most / least), 0)) shade, si(median, unit) said, x_label, y_label, x_name, y_name, title
from ranged order by grid, metric_place, place;
