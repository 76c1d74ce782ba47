select panel plot, panel title, iif(row_number() over (order by min(workload_place)) = 1, ' open', '') open from roomed group by panel;
