-- figures.sql - what follows from all records; runs once, after the last of them.

insert into figure
select cell, metric, count(*), median(value), low(value), high(value) from measured group by cell, metric;
insert or replace into figure
with seeded as (
  select i.cell, v.metric, i.seed, min(v.value) value, min(v.value) = max(v.value) same, count(*) many
  from invocation i join value v on v.invocation = i.id
  where i.outcome = 'ok' and (select value from run where name = 'seeds') > 1 group by i.cell, v.metric, i.seed)
select cell, metric, count(*), median(value), min(value), max(value) from seeded
group by cell, metric having count(*) > 1 and min(same) and sum(many) > count(*);
delete from program where id not in (select program from cell);
insert into fact select m.program, m.field, m.answer from majority m join program p on p.id = m.program
where m.rank = 1 and m.seed is (select min(seed) from majority where program = m.program);
insert into run select 'records', count(*) from invocation;
insert or ignore into run values ('damaged', 0), ('duplicates', 0), ('strays', 0);
create index series_of on series(invocation, kind);
