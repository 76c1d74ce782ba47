select panel workload, c.series strategy, si(c.median, 'ns') "CPU a step", c.ratio CPU__ratio, m.ratio memory__ratio, t.ratio tail__ratio,
       iif(not c.sound, '', iif(c.rank = 1, 'best', iif(c.open, 'open', ''))) CPU__ratio_standing,
       iif(not m.sound, '', iif(m.rank = 1, 'best', iif(m.open, 'open', ''))) memory__ratio_standing,
       iif(not t.sound, '', iif(t.rank = 1, 'best', iif(t.open, 'open', ''))) tail__ratio_standing,
       iif(c.garbage > 0, 'yes', iif(c.garbage = 0, '', null)) "leaves garbage"
from rated c left join rated m using (panel, series) left join rated t using (panel, series)
where c.goal = 'CPU' and m.goal = 'memory' and t.goal = 'tail' order by c.workload_place, c.ratio;
