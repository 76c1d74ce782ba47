-- the 400 longest pauses of the invocation whose time in pauses is the median
with pause as (
  select b.*, s.x, s.y, s.label, s.extra, row_number() over (partition by b.cell order by s.y desc, s.x) longest
  from base b join typical t on t.cell = b.cell and t.metric = 'pause_total_ns'
  join series s on s.invocation = t.invocation and s.kind = 'pause')
select panel, series, style, x / 1e9 start_s, y pause_ns, label kind, extra freed
from pause where longest <= 400 order by workload_place, series, longest;
