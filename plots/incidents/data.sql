-- claims from the top, each against its own limit: beyond 1 it holds, whichever way it is meant. What is 0 is drawn at the end
with shown as (
  select *, iif(at_most is null, coalesce(at_least, 0), at_most) bound, row_number() over (order by id) row
  from limit_verdict where n > 0 and coalesce(nullif(at_least, 0), at_most) > 0),
placed as (
  select *, pow(max(median, 1e-9) / bound, iif(at_most is null, 1, -1)) x, pow(max(low, 1e-9) / bound, iif(at_most is null, 1, -1)) a,
         pow(max(high, 1e-9) / bound, iif(at_most is null, 1, -1)) b, pow(max(reported, 1e-9) / bound, iif(at_most is null, 1, -1)) r
  from shown)
select 'incidents' panel, verdict series, case verdict when 'holds' then 10 when 'open' then 20 else 30 end style, row,
       min(max(x, 0.02), 50) value, min(max(min(a, b), 0.02), 50) value_low, min(max(a, b, 0.02), 50) value_high,
       min(max(r, 0.02), 50) reported, replace(incident || ': ' || what, '%', '%%') text
from placed order by verdict, row;
