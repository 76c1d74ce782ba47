-- figures.sql - what follows from all records; runs once, after the last of them.

insert into figure
select i.cell, v.metric, count(*), median(v.value), low(v.value), high(v.value)
from invocation i join value v on v.invocation = i.id where i.outcome = 'ok' group by i.cell, v.metric;
delete from program where id not in (select program from cell);
insert into fact select program, field, answer from majority where rank = 1;
insert into run select 'records', count(*) from invocation;
insert or ignore into run values ('damaged', 0), ('duplicates', 0), ('strays', 0);
create index series_of on series(invocation, kind);
