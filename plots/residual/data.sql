-- resident memory at the end of each phase of the scenario `residual`, and what was live then: the least that any strategy held, as some free
-- at once. 1in8: one object in eight is left
with stage(place, phase, label) as (values (1, 'build', 'all'), (2, '1in8', '1 in 8'), (3, '1in64', '1 in 64'), (4, '1in512', '1 in 512'), (5, 'none', 'none'), (6, '100ms', '0.1 s'), (7, '1s', '1 s'), (8, '5s', '5 s')),
held as (
  select f.cell, s.place, sum(f.median - g.median) over (partition by f.cell order by s.place) bytes
  from (select 0 place, 'setup' phase union all select place, phase from stage) s
  join figure f on f.metric = 'bytes_allocated@' || s.phase join figure g on g.cell = f.cell and g.metric = 'bytes_freed@' || s.phase),
live as (select c.program, h.place, min(h.bytes) bytes from held h join cells c on c.id = h.cell group by c.program, h.place)
select iif(instr(c.tunables, 'memory=malloc'), 'through-malloc', replace(k.family, ' ', '-')) panel,
       c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') || iif(c.backing = u.backing and c.tunables = '', '', '/' || c.backing) series,
       iif(c.tunables = '', k.style, 10 + dense_rank() over (partition by c.tunables <> '' order by c.backing)) style,
       iif(instr(c.tunables, 'memory=malloc'), 'through malloc, by allocator', k.family) title, s.label, s.place, f.median rss_bytes, l.bytes live_bytes,
       max(f.median) over () highest, '' text
from figure f join stage s on f.metric = 'rss_end_bytes@' || s.phase join cells c on c.id = f.cell join kin k on k.strategy = c.strategy join usual u
join live l on l.program = c.program and l.place = s.place
where exists (select 1 from figure x where x.cell = f.cell and x.metric = 'rss_end_bytes@1in512')
order by c.tunables <> '', k.hue, 2, s.place;
