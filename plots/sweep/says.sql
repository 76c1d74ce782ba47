-- within a memory budget the cheapest value, by strategy: on the workloads where the tunable acts
with point as (
  select s.plot, s.panel, s.series, s.label, s.value = s.fallback standard, c.median cpu, m.median rss, min(m.median) over one least,
         min(c.median) over one fastest
  from swept s join acting a on a.kind = s.kind and a.plot = s.plot and a.panel = s.panel and a.series = s.series and a.acts
  join figure c on c.cell = s.cell and c.metric = 'cpu_ns_per_step' join figure m on m.cell = s.cell and m.metric = 'rss_peak_bytes'
  where s.kind = 'tunable' window one as (partition by s.plot, s.panel, s.series)),
cheapest as (
  select plot, panel, series, label, standard, cpu, rss / nullif(least, 0) memory, b.value budget,
         row_number() over (partition by plot, panel, series, b.value order by cpu) rank
  from point join json_each('[1.5, 2]') b on rss <= b.value * least),
cost as (
  select q.plot, q.panel, q.series, max(iif(budget = 1.5, label, null)) tight, max(iif(budget = 2, label, null)) wide,
         max(iif(budget = 1.5, q.cpu, null)) cpu, (select p.cpu from point p where p.plot = q.plot and p.panel = q.panel and p.series = q.series and p.standard) usual
  from cheapest q where rank = 1 group by q.plot, q.panel, q.series)
select plot, series || ' on ' || panel || ', cheapest within 1.5 times the least memory of the sweep' what, tight answer,
       coalesce('(' || si(cpu / usual, 'ratio') || ' the CPU time of the default)', '') ||
       iif(wide = tight, '; within 2 times, too', '; within 2 times ' || wide) || '.' sentence
from cost;
