-- in each grid: the cheapest combinations within a memory budget, and where memory had not settled
with point as (
  select g.plot, g.y_name || ' ' || g.y_label || ', ' || g.x_name || ' ' || g.x_label combination, g.place, coalesce(o.low > 1.3, o.median > 1.6, 0) grows
  from crossed g left join figure o on o.cell = g.cell and o.metric = 'rss_growth'),
cheapest as (
  select panel plot, budget, sum(open) near, max(iif(rank = 1, who, null)) who,
         group_concat(iif(open and nth <= 3, series, null), '; ') || iif(sum(open) > 3, ' and ' || (sum(open) - 3) || ' more', '') labels
  from (select *, sum(open) over (partition by panel, budget order by rank) nth from affordable
        where panel in (select plot from crossed) order by rank) group by panel, budget),
told as (
  select c.*, 'Cheapest with at most ' || budget || ' times the least memory' what, k.tunables = '' and k.params = '' usual,
         si(cpu.median, 'ns') || ' of CPU a step' || coalesce((
           select ' (the default ' || si(d.ratio, 'ratio') || ' as much, ' || iif(d.differs, span(d.low, d.high, 'ratio'), 'not told apart') || ')'
           from crossed u join cells e on e.id = u.cell and e.tunables = '' and e.params = ''
           join pairing p on p.kind = 'contest' and p.metric = 'cpu_ns_per_step' and p.cell = u.cell and p.other = c.who
           join differing d on d.id = p.id where u.plot = c.plot), '') || ' and ' || si(rss.median, 'bytes') costs
  from cheapest c join cells k on k.id = c.who join figure cpu on cpu.cell = c.who and cpu.metric = 'cpu_ns_per_step'
  join figure rss on rss.cell = c.who and rss.metric = 'rss_peak_bytes')
select plot, what, labels answer, iif(near > 1, 'are not told apart; the first takes ', 'takes ') || costs || iif(usual, '; it is the default', '') || '.' sentence
from told
union all
select plot, 'Memory still grew when the run ended at', '', group_concat(combination, '; ') || ': within this run it has no bound.'
from (select * from point where grows order by place) group by plot;
