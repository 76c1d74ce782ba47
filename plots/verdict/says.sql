-- what follows for who has to choose one strategy for everything
with best as (
  select goal, max(iif(rank = 1, series, null)) best, max(iif(rank = 1, ratio, null)) ratio, sum(rank > 1 and open and sound) near,
         group_concat(iif(rank > 1 and open and sound, series, null), ', ') others,
         max(iif(rank = 2 and sound, series || ', ' || si(ratio, 'ratio'), null)) next
  from overall group by goal),
workloads as (select count(distinct panel) many from rated),
choice as (
  select budget, series, rank, 'CPU ' || si(cpu, 'ratio') || ', tail ' || coalesce(si(tail, 'ratio'), 'unknown') || ', memory ' || si(memory, 'ratio') costs
  from affordable where panel = 'all workloads' and rank <= 2)
select case goal when 'CPU' then 1 when 'memory' then 2 else 3 end place,
       case goal when 'CPU' then 'Least CPU time' when 'memory' then 'Least memory' else 'Shortest tail' end what, best answer,
       '(' || si(ratio, 'ratio') || ' the best of each workload, geometric mean of ' || many || '); ' ||
       case near when 0 then coalesce('next ' || next, 'no other is ranked') else
         iif(near < 4, others || iif(near = 1, ' is', ' are'), near || ' others are') || ' not resolved from it' end || '.' sentence
from best, workloads
union all
select 3 + a.budget, 'With at most ' || a.budget || ' times the least memory', a.series,
       '(' || a.costs || ')' || coalesce('; then ' || b.series || ' (' || b.costs || ')', '') || '.'
from choice a left join choice b on b.budget = a.budget and b.rank = 2 where a.rank = 1
union all
select 6, iif(known, 'Not ranked, for they leave garbage behind', 'Not ranked, for it is unknown whether they leave garbage behind'), '',
       group_concat(series || iif(bad = many, '', ' (' || panels || ')'), ', ') || '.'
from (select series, hue, garbage is not null known, count(*) bad, group_concat(panel, ', ') panels from rated
      where goal = 'CPU' and not sound group by series, known order by hue, series), workloads group by known
union all
select 7, 'How sure', clear || ' of ' || many, 'best figures below are resolved: no other interval overlaps theirs.' ||
       coalesce(' An interval of ' || n || ' blocks contains the true median in ' || si(coverage(n), 'fraction') || ' of cases.', '')
from (select count(*) many, sum(clear) clear, min(n) n from
      (select min(iif(rank = 1, 1, not open or not sound)) clear, min(n) n from rated group by panel, goal)) where many
order by 1;
