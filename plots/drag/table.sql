select b.panel plot, b.series strategy, m.value across, iif(s.median is null and x.median is not null, '', s.median) median, s.low, s.high, s.n
from base b join json_each('["drag_mean_bytes", "drag_p50_bytes", "drag_p99_bytes", "drag_max_bytes", "drag_floating_bytes", "drag_unreleased_bytes", "leaked_share"]') m
join shown s on s.cell = b.cell and s.metric = m.value
left join figure x on x.cell = b.cell and x.metric = 'drag_floating_bytes' -- known: then nothing was released
where b.panel in (select b.panel from base b join figure f on f.cell = b.cell and f.metric = 'drag_floating_bytes') order by workload_place, b.panel, hue, b.series, m.key;
