-- the best of each workload, and after + how many others are not told apart from it
with line as (
  select panel, workload_place place, goal, series || ' ' || si(median, unit) shown, open and sound and rank > 1 near, rank from rated join metric m on m.name = metric
  union all select 'all', -1, goal, series || ' ' || si(ratio, 'ratio'), open and sound and rank > 1, rank from overall
  union all select iif(place < 0, 'all', panel), place, budget, series || ' ' || si(cpu, 'ratio'), open and rank > 1, rank from affordable where place <> 0),
pick as (
  select panel, place, goal, max(iif(rank = 1, shown, null)) || iif(sum(near), ' +' || sum(near), '') said from line group by panel, place, goal)
select panel workload, max(iif(goal = 'CPU', said, null)) "least CPU a step", max(iif(goal = 'memory', said, null)) "least memory",
       max(iif(goal = 'tail', said, null)) "shortest tail", max(iif(goal = 1.5, said, null)) "CPU within 1.5x memory",
       max(iif(goal = 2, said, null)) "within 2x memory"
from pick group by panel, place order by place;
