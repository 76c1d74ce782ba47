-- who gives back soonest and latest, and who never does
with said as (
  select b.panel, b.workload_place, b.series, m.median mean, p.median p99, l.median leaked,
         rank() over (partition by b.panel order by m.median) first, rank() over (partition by b.panel order by m.median desc) last
  from base b join figure m on m.cell = b.cell and m.metric = 'drag_mean_bytes' join figure p on p.cell = b.cell and p.metric = 'drag_p99_bytes'
  left join figure l on l.cell = b.cell and l.metric = 'leaked_share'),
one as (
  select panel, workload_place, group_concat(iif(first = 1, series, null), ', ') soonest, min(mean) least, max(iif(last = 1, series, null)) latest, max(mean) most,
         max(iif(last = 1, p99, null)) p99, group_concat(iif(leaked > 0, series || ' (' || si(leaked, 'fraction') || ')', null), ', ') leaks
  from said group by panel)
select panel what, si(least, 'bytes') answer,
       'mean drag: ' || soonest || '. Latest: ' || latest || ', ' || si(most, 'bytes') || ', and 1 % of its bytes later than ' || si(p99, 'bytes')
       || coalesce('. Of all that was allocated never given back: ' || leaks, '') || '.' sentence
from one order by workload_place;
