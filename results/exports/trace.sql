-- Chrome's trace format, for ui.perfetto.dev: pauses, resident memory and floating garbage of block 0, a process for each cell
-- Only cells whose curves are kept have some: the base matrix and presets. Times are us since the first step.
with shown as (select i.id, c.key, c.place from invocation i join cells c on c.id = i.cell
               where i.block = (select min(block) from invocation j where j.cell = i.cell)
               and exists (select 1 from series where invocation = i.id))
select '{"displayTimeUnit":"ns","traceEvents":['
union all
select json_object('ph', 'M', 'name', 'process_name', 'pid', place, 'args', json_object('name', key)) || ',' from shown
union all
select case s.kind
  when 'pause' then json_object('ph', 'X', 'name', s.label, 'cat', 'pause', 'pid', w.place, 'tid', 1, 'ts', s.x / 1e3, 'dur', s.y / 1e3,
                                'args', json_object('freed', s.extra))
  when 'rss' then json_object('ph', 'C', 'name', 'resident memory', 'pid', w.place, 'ts', s.x / 1e3, 'args', json_object('bytes', s.y))
  else json_object('ph', 'C', 'name', 'floating garbage', 'pid', w.place, 'ts', s.x / 1e3, 'args', json_object('bytes', s.y)) end || ','
from series s join shown w on w.id = s.invocation where s.kind in ('pause', 'rss', 'floating')
union all select json_object('ph', 'M', 'name', 'heapbench', 'pid', 0, 'args', json_object()) || ']}';
