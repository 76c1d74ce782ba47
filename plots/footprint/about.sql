select panel plot, panel title, iif(row_number() over (order by workload_place) = 1, ' open', '') open
from (select distinct b.panel, b.workload_place from base b join invocation i on i.cell = b.cell join series s on s.invocation = i.id and s.kind = 'mark');
