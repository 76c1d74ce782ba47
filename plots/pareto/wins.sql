-- who is on the front, by how many workloads
select strategy, count(distinct panel) || ' of ' || (select count(distinct panel) from point) "on the front of workloads"
from point where front group by strategy order by count(distinct panel) desc, strategy;
