-- what each strategy of the table is, in its own words: as far as their first colon or semicolon, and when that is long the first comma
with said as (
  select distinct b.series, b.style, b.hue, b.family, replace(s.summary, ';', ':') || ':' summary from base b join strategy s on s.name = b.series),
cut as (select *, substr(summary, 1, instr(summary, ':') - 1) what from said)
select series strategy, iif(length(what) > 70 and instr(what, ','), substr(what, 1, instr(what, ',') - 1), what) "what it is", family,
       iif(lag(family) over (order by hue, style, series) is family, ' ', family) value -- of the first of each: it is in no link
from cut order by hue, style, series;
