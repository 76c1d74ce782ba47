-- the least heap of each strategy, and that over all; of one that was not searched for, what it is above
with least as (select workload, params, steps, seed, min(bytes) bytes from minheap group by workload, params, steps, seed)
select m.workload || iif(m.params = '', '', '[' || m.params || ']') workload, m.steps steps__,
       m.strategy || iif(m.tunables = '', '', '[' || m.tunables || ']') strategy,
       coalesce(si(m.bytes, 'bytes'), 'above ' || si(m.above, 'bytes')) "smallest heap", m.bytes * 1.0 / l.bytes "to the least__ratio",
       iif(m.bytes = l.bytes, 'best', '') "to the least__ratio_standing"
from minheap m join least l on l.workload = m.workload and l.params = m.params and l.steps is m.steps and l.seed is m.seed
order by m.workload, m.params, m.steps, coalesce(m.bytes, 9e99), m.strategy;
