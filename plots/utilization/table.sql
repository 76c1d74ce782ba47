select panel plot, series strategy,
       a.median "1 ms__fraction", a.low "1 ms__fraction_low", a.high "1 ms__fraction_high",
       f.median "10 ms__fraction", f.low "10 ms__fraction_low", f.high "10 ms__fraction_high",
       g.median "100 ms__fraction", g.low "100 ms__fraction_low", g.high "100 ms__fraction_high",
       w.median "10 ms of wall time__fraction", w.low "10 ms of wall time__fraction_low", w.high "10 ms of wall time__fraction_high",
       si(p.median, 'ns') "longest pause", si(q.median, 'ns') "its CPU time"
from base b left join figure a on a.cell = b.cell and a.metric = 'bmu_1ms' left join figure f on f.cell = b.cell and f.metric = 'bmu_10ms'
left join figure g on g.cell = b.cell and g.metric = 'bmu_100ms' left join figure w on w.cell = b.cell and w.metric = 'bmu_wall_10ms'
left join figure p on p.cell = b.cell and p.metric = 'pause_max_ns' left join figure q on q.cell = b.cell and q.metric = 'pause_longest_cpu_ns'
order by workload_place, coalesce(f.median, -1) desc, series;
