-- figures of each strategy on a preset, rows from the top; what was not measured has a row that says so, if it was of another
select c.plot, m.value panel, label series, style, row, coalesce(f.median, 0) value, coalesce(f.low, f.median, 0) value_low,
       coalesce(f.high, f.median, 0) value_high, coalesce(most.median, 0) most,
       iif(s.median = '', 'none', coalesce(si(f.median, u.unit) || coalesce(', most ' || si(most.median, u.unit), ''), '?')) text,
       u.title, u.unit
from contender c join json_each('["rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns", "cpu_ns_per_step"]') m
join metric u on u.name = m.value
join shown s on s.cell = c.cell and s.metric = m.value left join figure f on f.cell = c.cell and f.metric = m.value
left join figure most on most.cell = c.cell and m.value = 'floating_average_objects' and most.metric = 'floating_peak_objects'
where exists (select 1 from contender d join shown g on g.cell = d.cell and g.metric = m.value where d.plot = c.plot and g.median is not null)
order by c.plot, m.key, row;
