select d.panel plot, d.load, series strategy, coalesce((
         select printf('%d of %d', sum(value), count(*)) from measured s where s.cell = d.cell and s.metric = 'saturated'), '?') saturated,
       m.value across, s.median, s.low, s.high, s.n, t.standing, outcome
from driven d join json_each('["response_p50_ns", "response_p99_ns", "response_p999_ns", "response_max_ns", "latency_p50_ns", "latency_p99_ns",
  "latency_max_ns", "arrivals_per_second"]') m
join shown s on s.cell = d.cell and s.metric = m.value
left join standing t on t.contest = 'open ' || d.panel || ' ' || d.load and t.metric = m.value and t.cell = d.cell
join ending e on e.cell = d.cell where outcome <> 'never ran' order by workload_place, d.panel, d.load, series, m.key;
