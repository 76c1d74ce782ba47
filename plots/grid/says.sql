-- in each grid: the cheapest combination within a memory budget, and where memory had not settled
with point as (
  select g.plot, g.y_name || ' ' || g.y_label || ', ' || g.x_name || ' ' || g.x_label combination, g.place, cpu.median cpu, cpu.low low, cpu.high high, rss.median rss,
         coalesce(o.low > 1.3, o.median > 1.6, 0) grows, min(rss.median) over (partition by g.plot) least, c.tunables = '' and c.params = '' usual,
         max(c.params) over (partition by g.plot) = min(c.params) over (partition by g.plot) one_program
  from crossed g join cells c on c.id = g.cell join figure cpu on cpu.cell = g.cell and cpu.metric = 'cpu_ns_per_step'
  join figure rss on rss.cell = g.cell and rss.metric = 'rss_peak_bytes' left join figure o on o.cell = g.cell and o.metric = 'rss_growth'),
ranked as (
  select p.*, b.value budget, row_number() over (partition by plot, b.value order by cpu) rank,
         (select q.cpu from point q where q.plot = p.plot and q.usual) usual_cpu,
         (select q.low from point q where q.plot = p.plot and q.usual) usual_low
  from point p join json_each('[1.5, 2, 4]') b on rss <= b.value * least where one_program)
select plot, 'Cheapest with at most ' || group_concat(budget, ' and ') || ' times the least memory' what, combination answer,
       '(' || iif(usual, 'the default; ', '') || si(cpu, 'ns') || ' of CPU a step' || coalesce(iif(usual, null, ', ' || si(cpu / usual_cpu, 'ratio') || ' the default''s' ||
       iif(coalesce(high < usual_low, 0), '', ', which is not told apart')), '') ||
       '; ' || si(rss, 'bytes') || ').' sentence
from (select * from ranked where rank = 1 order by plot, budget) group by plot, combination
union all
select plot, 'Memory still grew when the run ended at', '', group_concat(combination, '; ') || ': within this run it has no bound.'
from (select * from point where grows order by place) group by plot;
