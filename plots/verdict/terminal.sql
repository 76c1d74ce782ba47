-- what table.sql says, in 80 columns: the best of each workload, and after + how many are not told apart from it
with line as (
  select panel, workload_place place, goal, series, open and sound and rank > 1 near, rank from rated
  union all select 'all', -1, goal, series, open and sound and rank > 1, rank from overall
  union all select iif(place < 0, 'all', panel), place, budget, series, open and rank > 1, rank from affordable where place <> 0),
pick as (
  select panel, place, goal, max(iif(rank = 1, series, null)) || iif(sum(near), ' +' || sum(near), '') said
  from line group by panel, place, goal)
select panel workload, max(iif(goal = 'CPU', said, null)) "least CPU", max(iif(goal = 'memory', said, null)) "least memory",
       max(iif(goal = 'tail', said, null)) "shortest tail", max(iif(goal = 1.5, said, null)) "CPU within 1.5x memory",
       max(iif(goal = 2, said, null)) "within 2x memory"
from pick group by panel, place order by place;
