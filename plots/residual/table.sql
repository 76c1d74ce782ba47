-- K: resident memory over what is live, with one object in so many left
with stage(place, phase) as (values (0, 'setup'), (1, 'build'), (2, '1in8'), (3, '1in64'), (4, '1in512'), (5, 'none'), (6, '100ms'), (7, '1s'), (8, '5s')),
held as (
  select f.cell, s.phase, sum(f.median - g.median) over (partition by f.cell order by s.place) bytes
  from cell c cross join figure x on x.cell = c.id and x.metric = 'rss_end_bytes@1in512' -- a program without phases has none of all this
  cross join stage s cross join figure f on f.cell = c.id and f.metric = 'bytes_allocated@' || s.phase
  cross join figure g on g.cell = c.id and g.metric = 'bytes_freed@' || s.phase),
live as (select c.program, h.phase, min(h.bytes) bytes from held h join cells c on c.id = h.cell group by c.program, h.phase),
kept as (
  select c.place, c.tunables, k.hue, c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') strategy, c.backing, l.phase, f.median rss, f.median / l.bytes k,
         (select median from figure p where p.cell = c.id and p.metric = 'rss_purged_bytes@' || l.phase) purged
  from live l cross join cells c on c.program = l.program join kin k on k.strategy = c.strategy
  cross join figure f on f.cell = c.id and f.metric = 'rss_end_bytes@' || l.phase
  where exists (select 1 from figure x where x.cell = c.id and x.metric = 'rss_end_bytes@1in512'))
select strategy, backing "on", max(iif(phase = 'build', rss, null)) "all built__bytes", max(iif(phase = '1in8', k, null)) "K(8)__ratio",
       max(iif(phase = '1in64', k, null)) "K(64)__ratio", max(iif(phase = '1in512', k, null)) "K(512)__ratio", max(iif(phase = 'none', rss, null)) "none left__bytes",
       max(iif(phase = '100ms', rss, null)) "after 0.1 s__bytes", max(iif(phase = '1s', rss, null)) "after 1 s__bytes", max(iif(phase = '5s', rss, null)) "after 5 s__bytes",
       max(iif(phase = 'none', purged, null)) "none left, purged__bytes"
from kept group by place order by tunables <> '', hue, strategy, backing;
