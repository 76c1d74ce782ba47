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
