-- a cell for each combination of thresholds without gc.freeze(), in a panel for each figure; shade: how much, from 0 to 1 within it, where it is twice as much or more
with figure as (
  select 1 p, 'gc' panel, 'CPU time in collections' title, 'ns' unit, gc_ns v, * from setting union all
  select 2, 'longest', 'longest collection', 'ns', longest_ns, * from setting union all
  select 3, 'peak', 'peak memory', 'bytes', peak_bytes, * from setting),
drawn as (
  select *, dense_rank() over (order by t1) - 1 x, dense_rank() over (order by t0) - 1 y,
         min(iif(v > 0, v, null)) over (partition by panel) least, max(v) over (partition by panel) most
  from figure where kind = 'set')
select panel, 'p' || place series, 0 style, x, y, iif(v > 0, ln(v / least) / ln(max(most / least, 2)), 0) shade,
       iif(v = 0, '-', coalesce(si(v, unit), '?')) said, t1 x_label, t0 y_label, 'threshold1' x_name, 'threshold0' y_name, title,
       exists (select 1 from setting n where n.now and n.t0 = drawn.t0 and n.t1 = drawn.t1) usual,
       exists (select 1 from setting n where n.advised and n.t0 = drawn.t0 and n.t1 = drawn.t1) advised, name || ': ' || iif(v = 0, 'none', coalesce(si(v, unit), '?')) text
from drawn order by p, place;
