-- claims.sql, results/differ.sql, decided.sql - how often a claim is decided (results/limits.sql) whose figure is at its limit in
-- truth: 2000 made-up sets of 20 claims, each a ratio to a limit of 1 in 6 blocks. In a third of the sets noise is that of normal
-- values, 5 % for all; in a third it is 1 to 20 % by claim; in a third the scheduler takes the CPU now and then, so that it has no
-- variance. wanted: how many sets.
create temp table if not exists wanted(sets);
insert into wanted select 2000 where not exists (select 1 from wanted);
drop table if exists paired; -- those of the page
drop table if exists differing;
delete from limited;
create temp table cell as
with recursive c(id) as (select 0 union all select id + 1 from c where id + 1 < 20 * (select sets from wanted)) select id, 'c' || id key from c;
create unique index temp.cell_of on cell(key);
create temp table metric as select 'made' name, 'record' source, 'ns' unit;
create temp table chance as
with recursive r(i, s) as (select 0, 7 union all select i + 1, s * 48271 % 2147483647 from r where i < 4 * 6 * 20 * (select sets from wanted))
select i, s / 2147483647.0 u from r where i > 0;
create unique index temp.chance_of on chance(i);
create temp table measured as
with block as (select c.id cell, b.value block, 4 * (6 * c.id + b.value) + 1 at, iif(c.id / 20 % 3, 0.01 * (c.id % 20 + 1), 0.05) by from cell c, json_each('[0,1,2,3,4,5]') b)
select cell, block, 'made' metric,
       exp(by * iif(cell / 20 % 3 = 2, 0.1 * (1 / a.u - 1 / b.u), sqrt(-2 * ln(a.u)) * cos(2 * acos(-1) * b.u))) value
from block join chance a on a.i = at join chance b on b.i = at + 1;
create unique index temp.measured_of on measured(cell, metric, block);
insert into limited(claim, what, figure, ours, at_most, per_number) select id, id / 20, 'made', key, 1, 1 from cell;
create temp table paired as
select p.id, l.what family, l.what metric, p.x from limit_pair p join limited l on l.id = cast(substr(p.id, 7) as integer);
