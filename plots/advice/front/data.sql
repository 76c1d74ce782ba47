-- gc CPU against memory and against the longest pause; style 0: points that are beaten
with point as (
  select *, case when now then 'now' when advised then 'advised' when front then iif(kind = 'freeze', 'front, freeze', 'front') else 'beaten' end series
  from setting where gc_ns > 0 and kind <> 'other'),
pair as (
  select 1 p, 'memory' panel, 'CPU time in collections against peak memory' title, 'bytes' unit, peak_bytes x, peak_bytes_low x_low, peak_bytes_high x_high, * from point union all
  select 2, 'pause', 'CPU time in collections against the longest', 'ns', longest_ns, longest_ns_low, longest_ns_high, * from point)
select panel, series, case series when 'now' then 20 when 'advised' then 33 when 'front' then 11 when 'front, freeze' then 12 else 0 end style, title, unit,
       x, x_low, x_high, gc_ns y, gc_ns_low y_low, gc_ns_high y_high, name || ': ' || si(gc_ns, 'ns') || ', ' || si(x, unit) text
from pair order by p, series = 'now', series = 'advised', series, x;
