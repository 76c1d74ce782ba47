-- within a memory budget the cheapest values, by strategy: on the workloads where the tunable acts
with sweep as (select distinct plot, panel, series, plot || ' ' || panel || ' ' || series name from acting where acts),
cheapest as (
  select s.plot, s.panel, s.series, a.budget, group_concat(iif(a.open, a.series, null), ', ') labels, sum(a.open) near,
         min(a.rank = 1 and a.cpu) cpu, max(iif(a.rank = 1, a.who, null)) who
  from sweep s join (select * from affordable order by rank) a on a.panel = s.name group by s.plot, s.panel, s.series, a.budget)
select t.plot, t.series || ' on ' || t.panel || ', cheapest within 1.5 times the least memory of the sweep' what, t.labels answer,
       iif(t.near > 1, 'are not told apart', '') || coalesce((
         select ' (the default takes ' || si(d.ratio, 'ratio') || ' the CPU time, ' || span(d.low, d.high, 'ratio') || ')'
         from swept s join pairing p on p.kind = 'contest' and p.metric = 'cpu_ns_per_step' and p.cell = s.cell and p.other = t.who
         join differing d on d.id = p.id where s.plot = t.plot and s.panel = t.panel and s.series = t.series and s.value = s.fallback and d.differs), '') ||
       iif(w.labels = t.labels, '; within 2 times, too', '; within 2 times ' || w.labels) || '.' sentence
from cheapest t join cheapest w using (plot, panel, series) where t.budget = 1.5 and w.budget = 2;
