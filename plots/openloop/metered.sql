-- the closed loop of what is driven at a load, as if its steps had come at an even pace over a window; p99.9, the service first
select b.panel workload, b.series strategy, m.value across, s.median, s.low, s.high, s.n
from base b join json_each('["latency_p999_ns", "metered_10ms_p999_ns", "metered_100ms_p999_ns", "metered_1s_p999_ns", "metered_whole_p999_ns"]') m
join shown s on s.cell = b.cell and s.metric = m.value
where b.panel in (select panel from driven) order by b.workload_place, b.panel, b.hue, b.series, m.key;
