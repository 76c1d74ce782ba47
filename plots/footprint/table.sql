-- the parts add up to what is resident at the marks; of headers and free cells there is either each, or both in one
select b.panel plot, b.series strategy, m.value across, iif(m.value = 'heap_beyond_held_bytes' and h.median is not null, '', s.median) median, s.low, s.high, s.n
from base b join json_each('["rss_peak_bytes", "rss_average_bytes", "rss_end_bytes", "rss_settled_bytes", "live_average_bytes", "floating_average_bytes",
  "heap_headers_bytes", "heap_unused_bytes", "heap_beyond_held_bytes", "rss_beyond_heap_bytes", "rss_marks_bytes", "footprint_average"]') m
join shown s on s.cell = b.cell and s.metric = m.value
left join figure h on h.cell = b.cell and h.metric = 'heap_headers_bytes'
where exists (select 1 from figure f where f.cell = b.cell and f.metric = 'live_average_bytes') order by workload_place, b.panel, hue, b.series, m.key;
