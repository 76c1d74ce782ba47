-- CPU time against memory, and against the tail, CPU time to the least distilled cost of the workload (LBO), the others to its
-- least; style 0 joins what none beats in both
with pair as (
  select c.panel, c.workload_place, c.series, c.style, c.sound, o.goal, coalesce(1 + l.median, c.ratio) y,
         coalesce(1 + l.low, c.ratio_low) yl, coalesce(1 + l.high, c.ratio_high) yh, o.ratio x,
         o.ratio_low xl, o.ratio_high xh, o.metric,
         'CPU ' || si(coalesce(1 + l.median, c.ratio), 'ratio') || ', ' || iif(o.goal = 'memory', 'memory ', 'tail ') || si(o.ratio, 'ratio') text
  from rated c join rated o on o.panel = c.panel and o.series = c.series and o.goal <> 'CPU'
  left join figure l on l.cell = c.cell and l.metric = 'lbo_cpu' where c.goal = 'CPU'),
front as (
  select p.* from pair p where sound and not exists (select 1 from pair q where q.panel = p.panel and q.goal = p.goal and q.sound
    and q.x <= p.x and q.y <= p.y and (q.x < p.x or q.y < p.y))),
drawn as (select * from pair union all select panel, workload_place, 'front', 0, sound, goal, y, yl, yh, x, xl, xh, metric, text from front)
select panel || '/' || goal panel, series, style, panel || ': CPU against ' || iif(goal = 'memory', 'peak memory', m.title) title, goal,
       x, coalesce(xl, x) x_low, coalesce(xh, x) x_high, y, coalesce(yl, y) y_low, coalesce(yh, y) y_high, sound, text
from drawn join metric m on m.name = metric order by workload_place, goal, style = 0, series, x;
