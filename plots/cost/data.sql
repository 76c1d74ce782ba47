-- CPU time of each strategy as a multiple of the least distilled cost of its program: x with all it does, distilled without its pauses
select b.panel, series, style, b.panel || ': least ' || si(l.median, 'ns') || ' a step' title,
       row_number() over (partition by b.panel order by t.median, series) row, 1 + t.median x, 1 + coalesce(t.low, t.median) x_low,
       1 + coalesce(t.high, t.median) x_high, min(d.median / l.median, 1 + t.median) distilled,
       si(1 + t.median, 'ratio') || iif(d.median < 0.995 * c.median, ', without pauses ' || si(d.median / l.median, 'ratio'), '') text
from base b join cells on cells.id = b.cell join least l on l.program = cells.program and l.cost = 'cpu'
join figure t on t.cell = b.cell and t.metric = 'lbo_cpu' join figure c on c.cell = b.cell and c.metric = l.total
join figure d on d.cell = b.cell and d.metric = l.distilled order by b.workload_place, b.panel, row;
