select plane plot, plane title, iif(row_number() over (order by min(workload_place)) < 3, ' open', '') open from policy group by plane;
