-- what follows when one strategy has to do for everything
with best as (
  select goal, group_concat(iif(open, series, null), ', ') best, sum(open) near, max(iif(rank = 1, ratio, null)) ratio, max(iif(open, ratio, null)) most,
         (select series || ', ' || si(n.ratio, 'ratio') || ', which is ' || si(apart, 'ratio')
                 || iif(si(apart_low, 'ratio') <> si(apart_high, 'ratio'), ' (' || si(apart_low, 'ratio') || ' to ' || si(apart_high, 'ratio') || ')', '') || ' that of '
                 || (select series from overall f where f.goal = o.goal and f.rank = 1)
          from overall n where n.goal = o.goal and n.sound and not n.open order by rank limit 1) next
  from (select * from overall where sound order by goal, rank) o group by goal),
workloads as (select count(*) many from common),
choice as (
  select budget, group_concat(series, ', ') series, count(*) near, 'CPU ' || si(min(cpu), 'ratio') || coalesce(' to ' || si(nullif(max(cpu), min(cpu)), 'ratio'), '') ||
         ', tail ' || coalesce(si(min(tail), 'ratio') || coalesce(' to ' || si(nullif(max(tail), min(tail)), 'ratio'), ''), 'unknown') ||
         ', memory ' || si(min(memory), 'ratio') || coalesce(' to ' || si(nullif(max(memory), min(memory)), 'ratio'), '') costs
  from (select * from affordable where panel = 'all workloads' and open order by budget, rank) group by budget)
select case goal when 'CPU' then 1 when 'memory' then 2 else 3 end place,
       case goal when 'CPU' then 'Least CPU time' when 'memory' then 'Least memory' else 'Shortest tail' end what, best answer,
       iif(near > 1, 'are not told apart ', '') || '(' || si(ratio, 'ratio') || coalesce(' to ' || si(nullif(most, ratio), 'ratio'), '') ||
       ' the best of each workload, geometric mean of ' || many || ')' || coalesce('; next ' || next, '; no other is ranked') || '.' sentence
from best, workloads
union all
select 3 + min(budget), 'With at most ' || group_concat(budget, ' or ') || ' times the least memory', series, iif(near > 1, 'are not told apart ', '') || '(' || costs || ').'
from choice group by series, costs
union all
select 6, iif(known, 'Not ranked, for they leave garbage behind', 'Not ranked, for it is unknown whether they leave garbage behind'), '',
       group_concat(series || iif(bad = ran, '', ' (' || panels || ')'), ', ') || '.'
from (select series, hue, min(sound or garbage is not null) known, sum(not sound) bad, count(*) ran, group_concat(iif(sound, null, panel), ', ') panels from rated
      where goal = 'CPU' group by series having bad order by hue, series) group by known
union all
select 7, 'How sure', clear || ' of ' || many, 'best figures below are told apart from all others; where they are not, the others stand beside them, after ~.' ||
       coalesce(' An interval of ' || n || ' blocks contains the true median in ' || si(coverage(n), 'fraction') || ' of cases.', '')
from (select count(*) many, sum(clear) clear, min(n) n from
      (select min(iif(rank = 1, 1, not open or not sound)) clear, min(n) n from rated group by panel, goal having sum(sound) > 1)) where many
order by 1;
