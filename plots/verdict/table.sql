-- the best of each workload, and after ~ what is not told apart from it
with line as (
  select panel, workload_place place, goal, series, si(median, unit) shown, open and sound and rank > 1 near, rank
  from rated join metric m on m.name = metric
  union all select 'all', -1, goal, series, si(ratio, 'ratio'), open and sound and rank > 1, rank from overall),
pick as (
  select panel, place, goal, max(iif(rank = 1, series || ' ' || shown, null)) ||
         iif(sum(near) = 0, '', ' ~ ' || iif(sum(near) < 3, group_concat(iif(near, series, null), ', '), sum(near) || ' others')) said
  from line group by panel, place, goal
  union all select iif(place < 0, 'all', panel), place, budget, max(iif(rank = 1, series || iif(round(cpu, 2) > 1, ' ' || si(cpu, 'ratio') || ' CPU', ''), null)) ||
              iif(sum(open) = 1, '', ' ~ ' || iif(sum(open) < 4, group_concat(iif(open and rank > 1, series, null), ', '), (sum(open) - 1) || ' others'))
            from affordable where place <> 0 group by panel, place, budget)
select panel workload, max(iif(goal = 'CPU', said, null)) "least CPU a step", max(iif(goal = 'memory', said, null)) "least memory",
       max(iif(goal = 'tail', said, null)) "shortest tail", max(iif(goal = 1.5, said, null)) "least CPU with 1.5x memory",
       max(iif(goal = 2, said, null)) "with 2x memory"
from pick group by panel, place order by place;
