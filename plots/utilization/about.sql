select panel plot, panel title, iif(row_number() over (order by workload_place) = 1, ' open', '') open
from (select distinct panel, workload_place from base);
