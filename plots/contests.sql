-- contests.sql - what a page compares, for results/differ.sql: every comparison that a table or a sentence can draw is in
-- `pairing`, or is a claim (results/limits.sql), and no other is ever drawn.

-- what a base cell is judged by: CPU time, tail latency, memory. The tail is p99.9 where every strategy can tell it, else
-- p99. garbage: bytes that it left behind, NULL when unknown; sound: none, and so it is ranked
create temp table held as
with tail as (
  select b.panel, iif(count(p.median) = count(c.median), 'latency_p999_ns', 'latency_p99_ns') metric
  from base b left join figure c on c.cell = b.cell and c.metric = 'cpu_ns_per_step'
  left join figure p on p.cell = b.cell and p.metric = 'latency_p999_ns' group by b.panel),
goal as (
  select panel, 'CPU' goal, 'cpu_ns_per_step' metric from tail union all select panel, 'tail', metric from tail
  union all select panel, 'memory', 'rss_peak_bytes' from tail),
value as (
  select b.*, g.goal, g.metric, f.n, max(f.median, 4096 * (g.goal = 'memory')) median, coalesce(f.low, f.median) low,
         coalesce(f.high, f.median) high, l.median garbage, coalesce(l.median = 0, 0) sound
  from base b join goal g on g.panel = b.panel join figure f on f.cell = b.cell and f.metric = g.metric
  left join figure l on l.cell = b.cell and l.metric = 'leaked_bytes')
select *, row_number() over (partition by panel, goal order by not sound, median, cell) rank from value;

-- the workloads that strategies are compared over, all in all: those that more than half of them ran
create temp table common as
select panel from held group by panel having 2 * count(distinct series) > (select count(distinct series) from held);

-- the same over all of those: geometric means; of strategies that ran on each. ratio: to the best of each workload
create temp table mean as
with ratio as (
  select r.*, r.median / b.median ratio, max(r.low, 1) / b.median ratio_low from held r join common using (panel) join held b on b.panel = r.panel and b.goal = r.goal and b.rank = 1 and b.sound),
every as (
  select series, family, hue, style, goal, min(sound) sound, exp(avg(ln(ratio))) ratio, exp(avg(ln(ratio_low))) ratio_low, min(ratio) least, max(ratio) most
  from ratio group by series, goal having count(*) = (select count(*) from common))
select *, row_number() over (partition by goal order by not sound, ratio, series) rank from every;

-- which is cheapest where memory may be so many times the least: over all workloads ('all workloads'), and on each. What may
-- keep within the budget, as far as its interval tells, is not left out; and the points of each sweep, and of each grid of one program
-- (place 0). who, first: a cell and the cheapest one, or strategies
create temp table afforded as
with swept_or_crossed as (
  select plot || ' ' || panel || ' ' || series panel, cell, label from swept where kind = 'tunable'
  union all
  select plot, cell, y_name || ' ' || y_label || ', ' || x_name || ' ' || x_label from crossed where plot in (
    select g.plot from crossed g join cells c on c.id = g.cell group by g.plot having count(distinct c.params) = 1)),
judged as (
  select h.panel, h.workload_place place, h.cell who, h.series, h.sound, h.goal, h.median / b.median ratio, h.low / b.median ratio_low, h.median
  from held h join held b on b.panel = h.panel and b.goal = h.goal and b.rank = 1 and b.sound
  union all select 'all workloads', -1, series, series, sound, goal, ratio, ratio_low, null from mean
  union all
  select s.panel, 0, s.cell, s.label, coalesce(l.median = 0, 1), g.column2,
         f.median / min(f.median) over one, coalesce(f.low, f.median) / min(f.median) over one, f.median
  from swept_or_crossed s join (values ('cpu_ns_per_step', 'CPU'), ('rss_peak_bytes', 'memory')) g
  join figure f on f.cell = s.cell and f.metric = g.column1
  left join figure l on l.cell = s.cell and l.metric = 'leaked_bytes'
  window one as (partition by s.panel, g.column2))
select c.panel, c.place, b.value budget, c.who, c.series, c.ratio cpu, m.ratio memory, t.ratio tail, t.median tail_ns,
       first_value(c.who) over one first, row_number() over one rank
from judged c join judged m on m.panel = c.panel and m.who = c.who and m.goal = 'memory'
left join judged t on t.panel = c.panel and t.who = c.who and t.goal = 'tail'
join json_each('[1.5, 2]') b on m.ratio_low <= b.value where c.goal = 'CPU' and c.sound
window one as (partition by c.panel, b.value order by c.ratio, c.who);

-- metrics of which differences are drawn. sign: -1 where more is better. grain: below it nothing can be told, memory below a page
create temp table drawn_metric as
select name metric, iif(better = 'higher', -1, 1) sign, iif(unit = 'bytes', 4096, 1) grain from metric where name in
('cpu_ns_per_step', 'steps_per_second', 'latency_p50_ns', 'latency_p99_ns', 'latency_p999_ns', 'latency_max_ns', 'response_p50_ns',
 'response_p99_ns', 'response_p999_ns', 'response_max_ns', 'rss_peak_bytes', 'rss_average_bytes', 'rss_settled_bytes', 'collection_cpu_max_ns', 'cascade_cpu_max_ns', 'floating_average_objects',
 'floating_peak_objects', 'floating_average_bytes');

-- a contest is between cells, of one program, that left no garbage. best: of the contest
create temp table contestant as
with entrant as (
  select 'base ' || panel contest, cell from held where goal = 'CPU' and sound
  union all select 'preset ' || plot, cell from contender
  union all select 'sweep ' || plot || ' ' || panel || ' ' || series, cell from swept where kind = 'tunable'
  -- what a program leaves behind does not depend on when its steps are due, and may be counted without a load alone
  union all select 'open ' || panel || ' ' || load, cell from driven d where not exists (
    select 1 from cells c join cells o on o.program = c.program and o.strategy = c.strategy and o.tunables = c.tunables and o.backing = c.backing
    join figure l on l.cell = o.id and l.metric = 'leaked_bytes' and l.median > 0 where c.id = d.cell)
  -- of one that is saturated percentiles say how long the run was
  and coalesce((select avg(value) from measured s where s.cell = d.cell and s.metric = 'saturated'), 0) <= 0.5)
select e.contest, e.cell, d.metric, first_value(e.cell) over (partition by e.contest, d.metric
       order by d.sign * max(f.median, d.grain), e.cell) best, count(*) over (partition by e.contest, d.metric) many
from entrant e join figure f on f.cell = e.cell join drawn_metric d on d.metric = f.metric
left join figure l on l.cell = e.cell and l.metric = 'leaked_bytes' where coalesce(l.median, 0) = 0
and (e.contest like 'open %') = (d.metric like 'response%');

-- strategies of one kind on a preset (they claim the same traits and share most of their tunables), set alike (they agree in
-- all that they share)
create temp table alike as
with kind as (
  select s.name, (select group_concat(name) from (select name from trait where strategy = s.name and name <> 'varies'
                                                  order by name)) traits from strategy s)
select a.plot, a.row, a.label subject, b.label object, a.cell, b.cell other
from contender a join contender b on b.plot = a.plot and b.row > a.row and b.strategy <> a.strategy
join kind x on x.name = a.strategy join kind y on y.name = b.strategy and y.traits is x.traits
where 1 = (select min(coalesce(setting_in(a.tunables, s.name), s.label) = coalesce(setting_in(b.tunables, t.name), t.label))
           from setting s join setting t on t.name = s.name and t.kind = 'tunable' and t.owner = b.strategy
           where s.kind = 'tunable' and s.owner = a.strategy
           having 2 * count(*) > (select max(n) from (select count(*) n from setting where kind = 'tunable'
                                  and owner in (a.strategy, b.strategy) group by owner)));

-- which strategy follows the rules of a real collector that is here, too: the same claims but for how it varies, and in this run as many
-- collections on every workload
create temp table modelled as
with claim as (
  select s.name, (select group_concat(name) from (select name from trait where strategy = s.name and name <> 'varies' order by name)) claims,
         exists (select 1 from trait where strategy = s.name and name = 'varies') varies
  from strategy s where exists (select 1 from trait where strategy = s.name and name = 'generational'))
select m.name model, r.name real, count(*) many
from claim m join claim r on r.claims = m.claims and r.varies and not m.varies
join held x on x.series = m.name and x.goal = 'CPU' join held y on y.series = r.name and y.panel = x.panel and y.goal = 'CPU'
left join figure c on c.cell = x.cell and c.metric = 'collections' left join figure d on d.cell = y.cell and d.metric = 'collections'
group by m.name, r.name having min(coalesce(c.median = d.median, 0));

-- kind: contest, alike, variant (and the default), policy (and the heap by itself), again (a cell and its second); overall and model, of which cell and other are names of strategies, and
-- metric is a goal
create temp table pairing(id integer primary key, kind text, metric text, cell, other);
insert into pairing select null, 'contest', metric, cell, best from contestant where cell <> best group by metric, cell, best;
insert into pairing select null, 'alike', metric, cell, other from alike join drawn_metric group by metric, cell, other;
insert into pairing select null, 'again', metric, second, cell from repeated join drawn_metric;
insert into pairing
select null, 'variant', metric, cell, usual from variant join drawn_metric
where metric in ('cpu_ns_per_step', 'rss_peak_bytes', 'latency_p99_ns', 'collection_cpu_max_ns') group by metric, cell, usual;
insert into pairing
select null, 'overall', m.goal, m.series, b.series from mean m join mean b on b.goal = m.goal and b.rank = 1 and b.sound where m.rank > 1 and m.sound;
insert into pairing
select null, 'policy', m.metric, p.cell, p.usual from policy p join drawn_metric m on m.metric in ('cpu_ns_per_step', 'rss_peak_bytes', 'collection_cpu_max_ns', p.tail)
where p.cell <> p.usual group by m.metric, p.cell;
insert into pairing select null, 'model', 'CPU', real, model from modelled;
create unique index pairing_of on pairing(kind, metric, cell, other);
insert or ignore into pairing
select null, 'contest', 'cpu_ns_per_step', d.cell, a.first from afforded a join swept s on s.cell = a.first
join swept d on d.plot = s.plot and d.panel = s.panel and d.series = s.series and d.value = d.fallback and d.cell <> s.cell
where s.kind = 'tunable' and a.rank = 1;
insert or ignore into pairing
select null, 'contest', 'cpu_ns_per_step', d.cell, a.first from afforded a join crossed s on s.plot = a.panel and s.cell = a.first
join crossed d on d.plot = s.plot and d.cell <> s.cell join cells c on c.id = d.cell and c.tunables = '' and c.params = '' where a.rank = 1;
insert or ignore into pairing
select null, iif(place < 0, 'overall', 'contest'), iif(place < 0, 'CPU', 'cpu_ns_per_step'), who, first from afforded where rank > 1;

-- the logarithm of each ratio cell / other, within a block
create temp table paired as
select p.id, 'page' family, p.metric, ln(max(a.value, d.grain) / max(b.value, d.grain)) x, i.block, i.seed
from pairing p join drawn_metric d on d.metric = p.metric
join invocation i on i.cell = p.cell and i.outcome = 'ok' join value a on a.invocation = i.id and a.metric = p.metric
join invocation j on j.cell = p.other and j.block = i.block and j.outcome = 'ok' join value b on b.invocation = j.id and b.metric = p.metric
where p.kind not in ('overall', 'model');
-- floating garbage of one audit each: the looks are at the same steps of the same program, and two neighbours are a unit
create temp table looked as
with look as (
  select i.cell, s.extra objects, s.y bytes, row_number() over (partition by s.invocation order by s.x) - 1 at
  from series s join invocation i on i.id = s.invocation and i.outcome = 'ok'
  join figure f on f.cell = i.cell and f.metric = 'floating_average_objects' and f.n = 1 where s.kind = 'floating')
select cell, 'floating_average_' || column1 metric, at / 2 pair, avg(iif(column1 = 'bytes', bytes, objects)) value
from look, (values ('bytes'), ('objects')) group by 1, 2, 3;
create temp table looks as
select p.id, 'page' family, p.metric, ln(max(a.value, d.grain) / max(b.value, d.grain)) x, a.pair block, 0 seed
from pairing p join drawn_metric d on d.metric = p.metric join looked a on a.cell = p.cell and a.metric = p.metric
join looked b on b.cell = p.other and b.metric = p.metric and b.pair = a.pair;
delete from paired where id in (select id from looks);
insert into paired select * from looks;
-- of a seed what is exact counts once, however many blocks have it
delete from paired where (select value from run where name = 'seeds') > 1
and rowid not in (select min(rowid) from paired group by id, seed, x);
insert into paired
select p.id, 'page', 'overall ' || p.metric, avg(ln(max(v.value, d.grain) / max(w.value, d.grain))), i.block, null
from pairing p cross join held h on h.goal = p.metric and h.series = p.cell cross join common using (panel)
cross join held o on o.goal = h.goal and o.series = p.other and o.panel = h.panel cross join drawn_metric d on d.metric = h.metric
-- from cells to values: the other way is each value with each
cross join invocation i on i.cell = h.cell and i.outcome = 'ok' cross join value v on v.invocation = i.id and v.metric = h.metric
cross join invocation j on j.cell = o.cell and j.block = i.block and j.outcome = 'ok' cross join value w on w.invocation = j.id and w.metric = o.metric
where p.kind in ('overall', 'model') group by p.id, i.block
having count(*) = (select count(*) from held x join held y on y.panel = x.panel and y.goal = x.goal
                   where x.panel in (select panel from common) and x.goal = p.metric and x.series = p.cell and y.series = p.other);
-- claims, and how far each is from its limit: a family of their own. From here on their ratios are known, and a table
create temp table formed as select * from ratio;
drop view ratio;
create temp table ratio as select * from formed;
insert into paired select id, family, metric, x, block, null from limit_pair;
