-- one row for each cell and metric, as cells.csv
with line as (
  select i.cell, 0 part, instr('ok out-of-memory crashed timeout failed', i.outcome) place, 'outcome_' || i.outcome metric,
         'invocations' unit, (select count(*) from invocation a where a.cell = i.cell) n, count(*) median, null low, null high
  from invocation i group by i.cell, i.outcome
  union all
  select f.cell, 1, m.place, m.name, m.unit, f.n, f.median, f.low, f.high from figure f join metric m on m.name = f.metric)
select c.workload, c.params, c.strategy, c.tunables, c.backing, l.metric, l.unit, l.n, l.median, l.low ci_low, l.high ci_high
from line l join cells c on c.id = l.cell order by c.place, l.part, l.place;
