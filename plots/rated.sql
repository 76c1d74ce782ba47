-- rated.sql - what follows from the comparisons (results/differ.sql): which is best, and which are not told apart from it.

-- standing: best; open, where this run does not tell it apart from the best; behind
create temp table standing as
select c.contest, c.metric, c.cell, c.best, iif(c.cell = c.best, 'best', iif(d.differs, 'behind', 'open')) standing, d.n, d.ratio, d.low, d.high
from contestant c left join pairing p on p.kind = 'contest' and p.metric = c.metric and p.cell = c.cell and p.other = c.best
left join differing d on d.id = p.id where many > 1;
create unique index standing_of on standing(contest, metric, cell);

-- base cells, each against the best of its workload. open: not told apart from it
create temp table rated as
select r.*, r.median / b.median ratio, r.low / b.median ratio_low, r.high / b.median ratio_high, coalesce(s.standing <> 'behind', 1) open
from held r join held b on b.panel = r.panel and b.goal = r.goal and b.rank = 1 and b.sound
left join standing s on s.contest = 'base ' || r.panel and s.metric = r.metric and s.cell = r.cell;

-- the same over all workloads. apart, apart_low, apart_high: how many times the best, and the interval of that
create temp table overall as
select m.*, not coalesce(d.differs, 0) open, d.ratio apart, d.low apart_low, d.high apart_high
from mean m join mean b on b.goal = m.goal and b.rank = 1 and b.sound
left join pairing p on p.kind = 'overall' and p.metric = m.goal and p.cell = m.series and p.other = b.series
left join differing d on d.id = p.id;

-- which is cheapest within a memory budget (contests.sql). open: not told apart from the cheapest
create temp table affordable as
select a.*, rank = 1 or not coalesce(d.differs, 0) open
from afforded a left join pairing p on p.kind = iif(a.place < 0, 'overall', 'contest') and p.metric = iif(a.place < 0, 'CPU', 'cpu_ns_per_step')
  and p.cell = a.who and p.other = a.first left join differing d on d.id = p.id;

-- which knobs act where: some figure of the sweep's points is another than the best of them, by its own interval; or what is
-- counted is, which is the same in each block, so that one says it. A knob that does not act is said, not drawn
create temp table acting as
with point as (
  select s.plot, s.setting, s.panel, s.series, t.metric, t.standing <> 'best' and t.low > 1 and t.ratio > 1.05 acts
  from swept s join standing t on t.contest = 'sweep ' || s.plot || ' ' || s.panel || ' ' || s.series and t.cell = s.cell
  join json_each('["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "latency_p99_ns", "collection_cpu_max_ns"]') a
    on a.value = t.metric where s.kind = 'tunable'
  union all
  select s.plot, s.setting, s.panel, s.series, f.metric, max(f.median) > 1.05 * min(f.median)
  from swept s join figure f on f.cell = s.cell and f.metric in ('leaked_bytes', 'floating_average_objects', 'collections')
  where s.kind = 'tunable' and not exists (select 1 from trait t where t.strategy = s.strategy and t.name = 'varies')
  group by s.plot, s.panel, s.series, f.metric)
select 'tunable' kind, plot, setting, panel, series, max(coalesce(acts, 0)) acts from point group by plot, panel, series;

-- each way to collect against the heap by itself
create temp table against as
select p.cell, p.metric, d.* from pairing p join differing d on d.id = p.id where p.kind = 'policy';
create unique index against_of on against(cell, metric);

-- what an incident's claims come to, of those whose configurations are here. Where there was one block, a claim is not judged, but seen or
-- not. One that has a figure to be measured and none is not good. told, near: how many have a reported figure, and are within twice of it.
-- shown: what was reported is seen, which way and within a factor of two; or which way alone, where the report has no figure
create temp view incident_answer as
with claim as (
  select *, iif(blocks > 1, verdict = 'holds', coalesce(median <= at_most, median >= at_least, 0)) good
  from (select *, max(n) over (partition by incident) blocks from limit_verdict
        where ours <> '' and (against is null or against <> '') and incident is not null)),
answer as (
  select incident, group_concat(what || ' **' || iif(n is null, '?', iif(abs(median) >= 10, printf('%d', round(median)), printf('%.2g', median))) || '**' || iif(reported is null, '', ' (' || iif(abs(reported) >= 1000, printf('%d', round(reported)), printf('%.3g', reported)) || ')'), '; ') here,
         sum(good) good, sum(blocks > 1 and verdict = 'open') open, count(*) many, max(blocks) blocks,
         count(reported) told, coalesce(sum(median between reported / 2 and reported * 2), 0) near
  from (select * from claim order by id) group by incident)
select i.*, a.*, case when i.cannot <> '' or a.many is null or a.good < a.many or a.near < a.told then 'no'
                      when a.told = 0 then 'which way' else 'yes' end shown
from incident i left join answer a on a.incident = i.name;
