-- one row for each cell and metric, as cells.csv; settings at their defaults are `default`; a load stands among the tunables
-- Both halves are in the order of cells and merged: of a run of a million records nothing is sorted but the lines of a cell.
select workload, iif(params = '', 'default', params) params, strategy, iif(tunables = '' and load = 0, 'default', trim(tunables || iif(load = 0, '', ';load=' || load), ';')) tunables,
       backing, metric, unit, n, median, low ci_low, high ci_high
from (
  select c.id, c.workload, c.params, c.strategy, c.tunables, c.load, c.backing, 0 part, instr('ok out-of-memory crashed timeout failed', o.outcome) line, 'outcome_' || o.outcome metric, 'invocations' unit,
         (select count(*) from invocation i where i.cell = c.id) n, sum(o.many) median, null low, null high
  from cells c cross join (select cell, outcome, 1 many from invocation) o on o.cell = c.id group by c.id, o.outcome
  union all
  select c.id, c.workload, c.params, c.strategy, c.tunables, c.load, c.backing, 1, m.place, m.name, m.unit, f.n, f.median, f.low, f.high from cells c cross join figure f on f.cell = c.id cross join metric m on m.name = f.metric
  order by id, part, line);
