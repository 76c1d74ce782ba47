-- what follows when one strategy has to do for everything: ratios to the best of each workload, of all that are meant ("1.1x to 1.4x")
with sound as (select *, sum(open) over (partition by series) among from overall where sound),
best as (
  select goal, group_concat(iif(open, series, null), ', ') best, sum(open) near, span(min(iif(open, ratio, null)), max(iif(open, ratio, null)), 'ratio') costs,
         (select series || ', ' || si(ratio, 'ratio') from sound n where n.goal = o.goal and not n.open order by rank limit 1) next
  from (select * from sound order by goal, rank) o group by goal),
-- what the cheapest take for it
held_by as (select span(min(m.ratio), max(m.ratio), 'ratio') memory from sound c join sound m using (series) where c.goal = 'CPU' and c.open and m.goal = 'memory'),
-- best, or not told apart from the best, in all three; and in two
ranged as (
  select goal, span(min(ratio), max(ratio), 'ratio') costs, group_concat(series, ', ') series
  from (select * from sound where among = 3 order by goal, ratio, series) group by goal),
paid as (
  select group_concat(said, '; ') said from (
    select group_concat(series, ', ') || ' (at ' || span(min(ratio), max(ratio), 'ratio') || ' the ' || iif(goal = 'CPU', 'CPU time', goal) || ')' said
    from (select * from sound where among = 2 and not open order by ratio, series) group by goal order by goal)),
tail as (select group_concat(panel, ', ') short, count(*) many from held join common using (panel) where goal = 'tail' and rank = 1 and metric <> 'latency_p999_ns'),
workloads as (select count(*) many from common),
choice as (
  select budget, group_concat(series, ', ') series, count(*) near, 'CPU ' || span(min(cpu), max(cpu), 'ratio') || '; tail ' || coalesce(span(min(tail), max(tail), 'ratio'), 'unknown') ||
         ', memory ' || span(min(memory), max(memory), 'ratio') costs
  from (select * from affordable where panel = 'all workloads' and open order by budget, rank) group by budget),
leaver as (
  select series, hue, min(sound or garbage is not null) known, iif(sum(not sound) = count(*), 'all', group_concat(iif(sound, null, panel), ', ')) panels
  from (select * from rated where goal = 'CPU' order by workload_place, panel) group by series having sum(not sound)),
sure as (
  select panel, goal, min(iif(rank = 1, 1, not open or not sound)) clear, min(n) n from rated group by panel, goal having sum(sound) > 1)
select 0 place, iif((select count(*) from ranged), 'If one has to do for all', 'All in all') what, coalesce((select series from ranged limit 1), '') answer,
       coalesce(', not told apart from the best in ' || replace((select group_concat(iif(goal = 'tail', '& ', '') || iif(goal = 'CPU', 'CPU time', goal) || ' (' || costs || ')', ', ') from ranged), ', &', ' or') || '.',
                'none is among the best in CPU time, memory and tail' || coalesce('; in two of them are ' || said, '') || '.') sentence
from best, paid group by 1 having count(*) = 3
union all
select case goal when 'CPU' then 1 when 'memory' then 2 else 3 end, case goal when 'CPU' then 'Least CPU time' when 'memory' then 'Least memory'
         else 'Shortest tail (' || iif(short is null, 'p99.9', iif(tail.many = workloads.many, 'p99', 'p99.9; ' || short || ': p99')) || ')' end,
       best, iif(near > 1, 'are not told apart ', '') || '(' || costs || iif(goal = 'CPU', ' the best of each workload' || coalesce('; memory ' || memory, ''), '') || ')'
       || coalesce('; next ' || next, '; no other is ranked') || '.'
from best, workloads, tail, held_by
union all
select 3 + min(budget), 'Within ' || group_concat(budget, ' or ') || ' times the least memory', series, iif(near > 1, 'are not told apart ', 'takes least CPU time ') || '(' || costs || ').'
from choice group by series, costs
union all
select 6, iif(known, 'Not ranked for all, since they leave garbage', 'Not ranked for all, since it is unknown whether they leave garbage'), '',
       group_concat(said, '; ') || '.'
from (select known, group_concat(series, ', ') || ' (' || panels || ')' said from (select * from leaver order by hue, series) group by known, panels order by min(hue)) group by known
union all
select 7, 'How sure', clear || ' of ' || many, 'best figures of a workload are told apart from all others. In 95 % of runs every difference that the page names is real.' || said
from (select count(*) many, sum(clear) clear from sure),
     (select coalesce(' An interval of ' || group_concat(n || ' blocks' || goals || ' holds the true median in ' || si(coverage(n), 'fraction'), ', one of ') || ' of cases.', '') said
      from (select n, iif(count(distinct goal) = 3, '', ' (' || replace(group_concat(distinct goal), ',', ', ') || ')') goals from sure where coverage(n) < 0.95 group by n order by n desc)) where many
order by 1;
