-- how far the bytes that were released had been dragged, by percentile; percentile 100 is the longest. What never was released is in no curve, and
-- what was released at once is drawn at 1 byte
select b.panel plot, replace(b.family, ' ', '-') panel, b.series, b.style, b.panel || ': ' || b.family title, s.x percentile, 100 / (100 - s.x) x, max(s.y, 1) drag_bytes,
       max(max(s.y, 1)) over (partition by b.panel) highest,
       'mean ' || si(m.median, 'bytes') || ', p99 ' || si(p.median, 'bytes') || coalesce('; ' || si(l.median, 'fraction') || ' leaked', '') text
from base b join invocation i on i.cell = b.cell and i.outcome = 'ok' join series s on s.invocation = i.id and s.kind = 'drag'
left join figure m on m.cell = b.cell and m.metric = 'drag_mean_bytes' left join figure p on p.cell = b.cell and p.metric = 'drag_p99_bytes'
left join figure l on l.cell = b.cell and l.metric = 'leaked_share' and l.median > 0
order by workload_place, b.panel, b.hue, b.series, s.x;
