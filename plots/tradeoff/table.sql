select panel workload, c.series strategy, si(c.median, 'ns') "CPU a step", c.ratio CPU__ratio, m.ratio memory__ratio, t.ratio tail__ratio,
       iif(c.garbage > 0, 'yes', iif(c.garbage = 0, '', null)) "leaves garbage"
from rated c left join rated m using (panel, series) left join rated t using (panel, series)
where c.goal = 'CPU' and m.goal = 'memory' and t.goal = 'tail' order by c.workload_place, c.ratio;
