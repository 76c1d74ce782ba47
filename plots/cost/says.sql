-- of each workload who shows the least, and what never freeing costs against it
select b.panel what, c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') || iif(c.backing = u.backing, '', ' on ' || c.backing) answer,
       'has the least CPU time without its pauses, ' || si(l.median, 'ns') || ' a step' ||
       coalesce('; what never frees, ' || (select group_concat(n.series || ', takes ' || si(1 + f.median, 'ratio') || coalesce(' (' ||
         si(1 + f.low, 'ratio') || ' to ' || si(1 + f.high, 'ratio') || ')', ''), ', ') from base n join figure f on f.cell = n.cell and f.metric = 'lbo_cpu'
         where n.panel = b.panel and not exists (select 1 from trait t where t.strategy = n.series
           and t.name in ('counts', 'frees_acyclic', 'frees_cycles', 'frees_regions'))), '') || '.' sentence
from (select panel, min(cell) cell, workload_place from base group by panel) b join cells p on p.id = b.cell
join least l on l.program = p.program and l.cost = 'cpu' join cells c on c.id = l.cell, usual u order by b.workload_place, b.panel;
