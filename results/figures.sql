-- figures.sql - what follows from all records; runs once, after the last of them.

insert into figure
select cell, metric, count(*), median(value), low(value), high(value) from measured group by cell, metric;
delete from program where id not in (select program from cell);
insert into fact select program, field, answer from majority where rank = 1;
insert into run select 'records', count(*) from invocation;
insert or ignore into run values ('damaged', 0), ('duplicates', 0), ('strays', 0);
create index series_of on series(invocation, kind);
