-- kept.sql - views that many tables of a page ask, as tables: a page of 180 cells takes a third of the time.

create temp table decided as select * from limit_verdict;
drop view limit_verdict;
create temp table limit_verdict as select * from decided;

-- which columns have no type, for values are compared with limits
create temp table found(name, value, what);
insert into found select * from known;
drop view known;
create temp table known(name, value, what);
insert into known select * from found;
