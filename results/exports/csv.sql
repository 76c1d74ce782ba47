-- one row for each cell and metric, as cells.csv; settings at their defaults are `default`; a load stands among the tunables
with line as (
  select cell, 0 part, instr('ok out-of-memory crashed timeout failed', outcome) place, 'outcome_' || outcome metric,
         'invocations' unit, (select count(*) from invocation i where i.cell = invocation.cell) n, count(*) median,
         null low, null high
  from invocation group by cell, outcome
  union all select cell, 1, place, name, unit, n, median, low, high from figure join metric on name = metric)
select workload, iif(params = '', 'default', params) params, strategy, iif(tunables = '' and load = 0, 'default', trim(tunables || iif(load = 0, '', ';load=' || load), ';')) tunables, backing, metric, unit, n, median, low ci_low, high ci_high
from line l join cells c on c.id = l.cell order by c.place, l.part, l.place;
