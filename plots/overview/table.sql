-- each strategy over all workloads: geometric means of ratios to the least, and from which to which they go
with longest as (
  select b.series, f.metric, max(f.median) most from base b join figure f on f.cell = b.cell group by b.series, f.metric),
wall as (
  select b.series, max(iif(f.metric = 'pause_cascade_max_ns', f.median, null)) cascade,
         max(iif(f.metric in ('pause_gen0_max_ns', 'pause_gen1_max_ns', 'pause_gen2_max_ns', 'pause_full_max_ns'), f.median, null)) collection
  from base b join figure f on f.cell = b.cell group by b.series),
summed as (
  select b.series, sum(iif(f.metric = 'collections', f.median, null)) collections,
         sum(iif(f.metric = 'collected_objects', f.median, null)) collected, sum(iif(f.metric = 'pause_count', f.median, null)) pauses
  from base b join figure f on f.cell = b.cell group by b.series),
leak as (
  select series, iif(sum(garbage is null), null, iif(sum(garbage > 0) = count(*) and count(*) > 1, 'all',
         coalesce(group_concat(iif(garbage > 0, panel, null), ', '), ''))) panels
  from rated where goal = 'CPU' group by series),
shown as (
  select k.strategy, k.family, k.hue, s.collections, s.collected, s.pauses, l.panels,
         (select most from longest where series = k.strategy and metric = 'collection_cpu_max_ns') collection_cpu,
         (select most from longest where series = k.strategy and metric = 'cascade_cpu_max_ns') cascade_cpu,
         iif(k.strategy in (select b.series from base b join shaken using (cell)), 'shaken', '') shaken, wall.*
  from kin k join summed s on s.series = k.strategy join wall on wall.series = k.strategy left join leak l on l.series = k.strategy)
select s.strategy, c.ratio CPU__ratio, c.least CPU__ratio_low, c.most CPU__ratio_high, iif(c.sound, iif(c.rank = 1, 'best', iif(c.open, 'open', '')), '') CPU__ratio_standing, m.ratio memory__ratio,
       m.least memory__ratio_low, m.most memory__ratio_high, iif(m.sound, iif(m.rank = 1, 'best', iif(m.open, 'open', '')), '') memory__ratio_standing,
       t.ratio tail__ratio, t.least tail__ratio_low, t.most tail__ratio_high, iif(t.sound, iif(t.rank = 1, 'best', iif(t.open, 'open', '')), '') tail__ratio_standing,
       iif(pauses >= 0 and collection is null, '', collection_cpu) "longest collection__ns", shaken "longest collection__ns_standing",
       iif(pauses >= 0 and collection is null, '', collection) "in wall time__ns", shaken "in wall time__ns_standing", panels "leaves garbage on", s.family,
       iif(pauses >= 0 and cascade is null, '', cascade_cpu) "longest cascade__ns", shaken "longest cascade__ns_standing",
       iif(pauses >= 0 and cascade is null, '', cascade) "its wall time__ns", shaken "its wall time__ns_standing", collections "collections__", collected "collected__"
from shown s left join overall c on c.series = s.strategy and c.goal = 'CPU'
left join overall m on m.series = s.strategy and m.goal = 'memory' left join overall t on t.series = s.strategy and t.goal = 'tail'
order by s.hue, c.ratio;
