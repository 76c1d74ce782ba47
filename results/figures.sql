-- figures.sql - what follows from all records; runs once, after the last of them.

insert into figure select * from medians;
-- Cost against a lower bound (README, "Cost"). Of cells that ran in as many blocks as any, for the least of many that ran once
-- would be a chance find.
insert into least
select program, cost, total, distilled, cell, median from (
  select c.program, m.column1 cost, m.column2 total, m.column3 distilled, f.cell, f.median,
         row_number() over (partition by c.program, m.column1 order by f.n desc, f.median, f.cell) rank
  from (values ('cpu', 'cpu_ns_per_step', 'distilled_cpu_ns_per_step'), ('wall', 'wall_ns_per_step', 'distilled_wall_ns_per_step'),
               ('cycles', 'cycles_per_step', 'cycles_per_step'), ('instructions', 'instructions_per_step', 'instructions_per_step')) m
  join figure f on f.metric = m.column3 join cells c on c.id = f.cell and c.load = 0)
where rank = 1 and median > 0;
insert into value
select i.id, 'lbo_' || l.cost, t.value / d.value - 1
from least l join cells c on c.program = l.program and (c.load = 0 or l.cost = 'cpu')
join invocation i on i.cell = c.id join value t on t.invocation = i.id and t.metric = l.total
join invocation j on j.cell = l.cell and j.block = i.block and j.outcome = 'ok'
join value d on d.invocation = j.id and d.metric = l.distilled and d.value > 0
where i.outcome = 'ok';
insert into figure
select i.cell, v.metric, count(*), median(v.value), low(v.value), high(v.value)
from (select distinct 'lbo_' || cost metric from least) l cross join invocation i on i.outcome = 'ok' cross join value v on v.invocation = i.id and v.metric = l.metric
group by i.cell, v.metric;
insert or replace into figure
with seeded as (
  select i.cell, v.metric, i.seed, min(v.value) value, min(v.value) = max(v.value) same, count(*) many
  from invocation i join value v on v.invocation = i.id
  where i.outcome = 'ok' and (select value from run where name = 'seeds') > 1 group by i.cell, v.metric, i.seed)
select cell, metric, count(*), median(value), min(value), max(value) from seeded
group by cell, metric having count(*) > 1 and min(same) and sum(many) > count(*);
-- Floating garbage, when one invocation counted it: an interval of 95 % of the mean, from how its looks differ from the next
-- ones. There is one look in each of equally many steps, so the variance of the mean is the sum over pairs of neighbours of
-- (a - b)^2, over the square of their number (Cochran, "Sampling Techniques", 5A.12); t by the expansion of Fisher and Cornish.
update figure set low = max(0, median - width), high = median + width from (
  with look as (
    select invocation, extra objects, y bytes, row_number() over (partition by invocation order by x) - 1 at from series where kind = 'floating'),
  step as (
    select invocation, at / 2 pair, max(objects) - min(objects) objects, max(bytes) - min(bytes) bytes
    from look group by 1, 2 having count(*) = 2),
  error as (
    select invocation, count(*) n, sqrt(sum(objects * objects)) / count(*) / 2 objects, sqrt(sum(bytes * bytes)) / count(*) / 2 bytes
    from step group by invocation)
  select i.cell looked, 'floating_average_' || unit what,
         (1.96 + 2.37 / n + 2.82 / n / n + 2.56 / n / n / n) * iif(unit = 'bytes', e.bytes, e.objects) width
  from error e join invocation i on i.id = e.invocation and i.outcome = 'ok' join (select 'bytes' unit union all select 'objects'))
where figure.cell = looked and figure.metric = what and figure.n = 1;
delete from program where id not in (select program from cell);
insert into fact select m.program, m.field, m.answer from majority m join program p on p.id = m.program
where m.rank = 1 and m.seed is (select min(seed) from majority where program = m.program);
insert into disagreed select * from disagreement;
insert into run select 'records', count(*) from invocation;
insert or ignore into run values ('damaged', 0), ('duplicates', 0), ('strays', 0);
create index series_of on series(invocation, kind);
