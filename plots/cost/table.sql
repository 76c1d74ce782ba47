-- overheads are fractions of the least; of what is reclaimed bit by bit, or as counts fall, nothing is told apart from the program
select b.panel workload, b.series strategy, si(d.median, 'ns') "CPU without pauses", l.median "CPU above the least__fraction",
       l.low "CPU above the least__fraction_low", l.high "CPU above the least__fraction_high", w.median "wall__fraction", w.low wall__fraction_low,
       w.high wall__fraction_high, i.median instructions__fraction, iif(p.median >= 0, 1 - d.median / c.median, null) "of CPU, pauses__fraction",
       f.median "page faults a step__", y.median "cycles__fraction", iif(o.cell = b.cell, 'the least', '') "of CPU", iif(g.garbage > 0, 'yes', iif(g.garbage = 0, '', null)) "leaves garbage"
from base b join cells on cells.id = b.cell join figure l on l.cell = b.cell and l.metric = 'lbo_cpu'
join least o on o.program = cells.program and o.cost = 'cpu'
join figure c on c.cell = b.cell and c.metric = o.total join figure d on d.cell = b.cell and d.metric = o.distilled
left join figure p on p.cell = b.cell and p.metric = 'pause_count'
left join figure w on w.cell = b.cell and w.metric = 'lbo_wall' left join figure i on i.cell = b.cell and i.metric = 'lbo_instructions'
left join figure y on y.cell = b.cell and y.metric = 'lbo_cycles' left join figure f on f.cell = b.cell and f.metric = 'page_faults_per_step' left join held g on g.cell = b.cell and g.goal = 'CPU'
order by b.workload_place, l.median, b.series;
