-- resident memory over time, of the invocation whose average is the median
select panel, series, style, m.x / 1e9 time_s, m.y rss_bytes
from base b join typical t on t.cell = b.cell and t.metric = 'rss_average_bytes' join memory m using (invocation)
order by workload_place, series, slice;
