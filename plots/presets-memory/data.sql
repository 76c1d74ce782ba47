-- resident memory over time, of the invocation whose average is the median
select panel, label series, style, m.x / 1e9 time_s, m.y rss_bytes
from contender c join typical t on t.cell = c.cell and t.metric = 'rss_average_bytes' join memory m using (invocation)
order by c.plot, row, slice;
