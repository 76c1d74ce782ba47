select 'with one object in 512 left' what, si(min(k), 'ratio') answer,
       'of what is live is resident on ' || max(iif(first = 1, name, null)) || ', the least; ' || si(max(k), 'ratio') || ' on ' || max(iif(last = 1, name, null)) || ', the most.' sentence
from (select c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') || '/' || c.backing name, f.median / l.least k,
             rank() over (order by f.median) first, rank() over (order by f.median desc) last
      from cells c join figure f on f.cell = c.id and f.metric = 'rss_end_bytes@1in512'
      join (select max(0) zero, min(held) least from (
              select f.cell, sum(f.median - g.median) held from figure f join figure g on g.cell = f.cell and g.metric = replace(f.metric, 'allocated', 'freed')
              where f.metric in ('bytes_allocated@setup', 'bytes_allocated@build', 'bytes_allocated@1in8', 'bytes_allocated@1in64', 'bytes_allocated@1in512')
              and f.cell in (select cell from figure where metric = 'rss_end_bytes@1in512') group by f.cell)) l) having count(*) > 1;
