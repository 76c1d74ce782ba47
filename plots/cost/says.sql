-- of each workload the least, of nobody by name, since others may not be told apart from it; and what never freeing costs against it
select b.panel what, '' answer, 'the least CPU time without pauses is ' || si(l.median, 'ns') || ' a step' ||
       coalesce('; what never frees, ' || (select group_concat(n.series || ', takes ' || si(1 + f.median, 'ratio') || coalesce(' (' ||
         span(1 + f.low, 1 + f.high, 'ratio') || ')', ''), ', ') from base n join figure f on f.cell = n.cell and f.metric = 'lbo_cpu'
         where n.panel = b.panel and not exists (select 1 from trait t where t.strategy = n.series
           and t.name in ('counts', 'frees_acyclic', 'frees_cycles', 'frees_regions'))), '') || '.' sentence
from (select panel, min(cell) cell, workload_place from base group by panel) b join cells p on p.id = b.cell
join least l on l.program = p.program and l.cost = 'cpu' order by b.workload_place, b.panel;
