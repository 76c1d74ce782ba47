-- of each strategy the workload on which most of its memory is not live, and what that is
with part as (
  select b.series, b.hue, b.panel, r.median rss, l.median live, g.median floating, h.median heap, d.median headers, u.median unused, s.median slack,
         row_number() over (partition by b.series order by r.median - l.median desc) place
  from base b join figure l on l.cell = b.cell and l.metric = 'live_average_bytes' join figure r on r.cell = b.cell and r.metric = 'rss_marks_bytes'
  join figure g on g.cell = b.cell and g.metric = 'floating_average_bytes' join figure h on h.cell = b.cell and h.metric = 'heap_beyond_held_bytes'
  join figure s on s.cell = b.cell and s.metric = 'rss_beyond_heap_bytes'
  left join figure d on d.cell = b.cell and d.metric = 'heap_headers_bytes' left join figure u on u.cell = b.cell and u.metric = 'heap_unused_bytes')
select series strategy, panel "on", rss "RSS at marks__bytes", live "live__bytes", floating "floating__bytes", headers "headers, rounding__bytes", unused "free cells__bytes",
       iif(headers is null, heap, '') "headers, free cells__bytes", slack "allocator slack__bytes"
from part where place = 1 order by rss desc, series;
