-- live, held, used (with headers; all of the heap where that is not known), memory of the heap and resident memory at the marks of one invocation, as lines that lie above each other; all of a
-- workload on the same axes, which end at three times the median strategy's most, or one that frees nothing would flatten all others
with mark as (
  select b.*, s.x, s.extra asked, max(iif(s.label = 'live', s.y, 0)) live, max(iif(s.label = 'held', s.y, 0)) held,
         max(iif(s.label = 'heap', s.y, 0)) heap, max(iif(s.label = 'rss', s.y, 0)) rss,
         max(iif(s.label = 'heap', s.y, 0)) - coalesce(max(iif(s.label = 'unused', s.y, null)), 0) used
  from base b join invocation i on i.cell = b.cell join series s on s.invocation = i.id and s.kind = 'mark' group by b.cell, s.x),
top as (select panel, min(max(most), 3 * median(most)) highest from (select panel, cell, max(max(rss, heap)) most from mark group by cell) group by panel)
select panel plot, series panel, series, style, x asked_bytes, live live_bytes, held held_bytes, used used_bytes, heap heap_bytes, rss rss_bytes, asked end_bytes, highest,
       'peak ' || si(p.median, 'bytes') || coalesce(', ' || si(f.median, 'ratio') || ' of live', '') text
from mark m join top using (panel) left join figure p on p.cell = m.cell and p.metric = 'rss_peak_bytes'
left join figure f on f.cell = m.cell and f.metric = 'footprint_average'
order by workload_place, m.panel, hue, series, x;
