-- what follows when one strategy has to do for everything. A range: "1.1x", "1.1x to 1.4x"
with best as (
  select goal, group_concat(iif(open, series, null), ', ') best, sum(open) near,
         si(max(iif(rank = 1, ratio, null)), 'ratio') || coalesce(' to ' || si(nullif(max(iif(open, ratio, null)), max(iif(rank = 1, ratio, null))), 'ratio'), '') costs,
         (select series || ', ' || si(apart, 'ratio')
                 || iif(si(apart_low, 'ratio') <> si(apart_high, 'ratio'), ' (' || si(apart_low, 'ratio') || ' to ' || si(apart_high, 'ratio') || ')', '') || ' that of '
                 || (select series from overall f where f.goal = o.goal and f.rank = 1)
          from overall n where n.goal = o.goal and n.sound and not n.open order by rank limit 1) next
  from (select * from overall where sound order by goal, rank) o group by goal),
-- what the cheapest take for it
held_by as (
  select si(min(m.ratio), 'ratio') || coalesce(' to ' || si(nullif(max(m.ratio), min(m.ratio)), 'ratio'), '') memory
  from overall c join overall m using (series) where c.goal = 'CPU' and c.open and c.sound and m.goal = 'memory'),
ranged as (
  select goal, si(min(ratio), 'ratio') || coalesce(' to ' || si(nullif(max(ratio), min(ratio)), 'ratio'), '') costs, group_concat(series, ', ') series, count(*) near
  from (select * from overall o where sound and 3 = (select sum(open) from overall a where a.series = o.series) order by goal, ratio, series) group by goal),
tail as (select group_concat(panel, ', ') short, count(*) many from held join common using (panel) where goal = 'tail' and rank = 1 and metric <> 'latency_p999_ns'),
workloads as (select count(*) many, group_concat(panel, ', ') panels from common),
choice as (
  select budget, group_concat(series, ', ') series, count(*) near, si(min(cpu), 'ratio') || coalesce(' to ' || si(nullif(max(cpu), min(cpu)), 'ratio'), '') ||
         '; tail ' || coalesce(si(min(tail), 'ratio') || coalesce(' to ' || si(nullif(max(tail), min(tail)), 'ratio'), ''), 'unknown') ||
         ', memory ' || si(min(memory), 'ratio') || coalesce(' to ' || si(nullif(max(memory), min(memory)), 'ratio'), '') costs
  from (select * from affordable where panel = 'all workloads' and open order by budget, rank) group by budget),
leaver as (
  select series, hue, min(sound or garbage is not null) known, iif(sum(not sound) = count(*), 'all', group_concat(iif(sound, null, panel), ', ')) panels
  from (select * from rated where goal = 'CPU' order by workload_place, panel) group by series having sum(not sound)),
sure as (
  select panel, goal, min(iif(rank = 1, 1, not open or not sound)) clear, min(n) n from rated group by panel, goal having sum(sound) > 1)
select 0 place, iif((select count(*) from ranged), 'If one has to do for all', 'All in all') what, coalesce((select series from ranged limit 1), '') answer,
       coalesce(', not told apart from the best in ' || replace((select group_concat(iif(goal = 'tail', '& ', '') || iif(goal = 'CPU', 'CPU time', goal) || ' (' || costs || ')', ', ') from ranged), ', &', ' or') || '.',
                'no strategy is among the best in CPU time, memory and tail alike: choose by what matters most, or by how much memory there is.') sentence
from best group by 1 having count(*) = 3
union all
select case goal when 'CPU' then 1 when 'memory' then 2 else 3 end, case goal when 'CPU' then 'Least CPU time' when 'memory' then 'Least memory'
         else 'Shortest tail (' || iif(short is null, 'p99.9', iif(tail.many = workloads.many, 'p99', 'p99.9, on ' || short || ' p99,')) || ' of a step)' end,
       best, iif(near > 1, 'are not told apart ', '') || '(' || costs || iif(goal = 'CPU', ' the best of each workload' || coalesce('; memory ' || memory, ''), '') || ')'
       || coalesce('; next ' || next, '; no other is ranked') || '.'
from best, workloads, tail, held_by
union all
select 3 + min(budget), 'With ' || group_concat(budget, ' or ') || ' times the least memory', series, iif(near > 1, 'are not told apart in CPU time ', 'takes least CPU time ') || '(' || costs || ').'
from choice group by series, costs
union all
select 6, iif(known, 'Not ranked, for they leave garbage behind', 'Not ranked, for it is unknown whether they leave garbage behind'), '',
       group_concat(said, '; ') || '.'
from (select known, group_concat(series, ', ') || ' (' || panels || ')' said from (select * from leaver order by hue, series) group by known, panels order by min(hue)) group by known
union all
select 7, 'How sure', clear || ' of ' || many, 'best figures of the table are told apart from all others. In at most 5 % of runs is anything called different that is not.' || said
from (select count(*) many, sum(clear) clear from sure),
     (select coalesce(' An interval of ' || group_concat(n || ' blocks' || goals || ' holds the true median in ' || si(coverage(n), 'fraction'), ', one of ') || ' of cases.', '') said
      from (select n, iif(count(distinct goal) = 3, '', ' (' || replace(group_concat(distinct goal), ',', ', ') || ')') goals from sure where n is not null group by n order by n desc)) where many
order by 1;
