-- common.sql - what questions share: views over run.db, made for the connection that asks. An interval that is not
-- known has no width in a plot.

-- the backing allocator of most cells, which tables and plots show unless they say so
create temp table usual as
select backing from cells group by backing order by count(*) desc, min(place) limit 1;

-- the cell that stands for its workload and strategy: usually the one with all defaults
create temp table base as
select c.id cell, c.place, c.workload, c.params, c.workload || iif(c.params = '', '', '[' || c.params || ']') panel,
       c.strategy series, k.style, k.hue, k.family, w.place workload_place
from cells c join kin k on k.strategy = c.strategy join workload w on w.name = c.workload where c.base;

-- how the invocations of a cell ended: "ok", "2 of 5 crashed", "never ran"
create temp table ending as
select c.id cell, coalesce((select group_concat(many || ' of ' || (select count(*) from invocation where cell = c.id) ||
    ' ' || outcome, ', ') from (select outcome, count(*) many from invocation where cell = c.id and outcome <> 'ok'
    group by outcome)), iif(exists (select 1 from invocation where cell = c.id), 'ok', 'never ran')) outcome
from cell c;

-- the metrics of a table, for a pivot: a median is unknown where nothing measured it, and none ('') where there were no
-- pauses of its kind to measure
create temp view shown as
select c.id cell, m.name metric, m.place, f.n, f.low, f.high,
       iif(f.median is null and p.median is not null and (
         (m.name like 'pause%ns' and p.median = 0)
         or (m.name = 'collection_cpu_max_ns' and (g.median = 0 or p.median = 0))
         or (m.name = 'cascade_cpu_max_ns' and coalesce(k.median, 0) = 0)), '', f.median) median
from cells c join metric m left join figure f on f.cell = c.id and f.metric = m.name
left join figure p on p.cell = c.id and p.metric = 'pause_count'
left join figure g on g.cell = c.id and g.metric = 'collections'
left join figure k on k.cell = c.id and k.metric = 'pause_cascade_count';

-- of a cell and metric the invocation whose value is nearest the median: one that ended ok, if any did
create temp view typical as
select cell, metric, invocation from (
  select i.cell, v.metric, i.id invocation, row_number() over (partition by i.cell, v.metric
         order by i.outcome <> 'ok', abs(v.value - f.median), i.block) place
  from invocation i join value v on v.invocation = i.id
  left join figure f on f.cell = i.cell and f.metric = v.metric)
where place = 1;

-- memory of an invocation over time: the peak of each of 200 slices, which is as fine as a panel shows, at its own
-- time; and the last sample, where the line ends
create temp view memory as
with sample as (select invocation, x, y, row_number() over (partition by invocation order by x, rowid) - 1 at,
                count(*) over (partition by invocation) many from series where kind = 'rss')
select invocation, ((at + 1) * min(many, 200) - 1) / many slice, x, max(y) y from sample
group by invocation, ((at + 1) * min(many, 200) - 1) / many
union all select invocation, 200, x, y from sample where at = many - 1;

-- points of sweeps, and where they lie on the axis of their picture. A tunable's picture shares one axis; each parameter
-- of a workload has its own. An axis is logarithmic, unless its values are choices or not positive; then its values are
-- evenly spaced. "off" means never and comes last. What a load and a heap limit do are questions of their own
create temp table swept as
with point as (
  select s.id, s.kind, s.place, s.value, s.label, s.cell, s.strategy, s.workload, s.tunables,
         iif(s.kind = 'tunable', s.axis, s.workload) plot, s.axis setting,
         iif(s.kind = 'tunable', s.workload || iif(s.params = '', '', '[' || s.params || ']'), s.axis) panel,
         s.strategy || iif(s.tunables = '', '', '[' || s.tunables || ']') series,
         iif(s.tunables = '', t.style, 10 * t.hue + (t.members + dense_rank() over (order by s.tunables)) % 10) style,
         s.axis || iif(coalesce(e.unit, '') = '', '', ', ' || e.unit) axis, coalesce(e.choices, 0) choices, e.fallback,
         s.kind || s.axis || iif(s.kind = 'tunable', '', s.workload) scope, iif(s.label = 'off', null, s.value) number
  from sweep s join usual u on u.backing = s.backing join kin t on t.strategy = s.strategy
  left join setting e on e.kind = s.kind and e.name = s.axis and e.owner = iif(s.kind = 'tunable', s.strategy, s.workload)
  where s.axis not in ('load', 'room', 'heap')),
scale as (
  select scope, max(choices) = 0 and count(distinct number) > 1 and min(number) > 0 logarithmic,
         log10(min(number)) first, log10(max(number)) last from point group by scope),
placed as (
  select p.*, logarithmic, case
      when not logarithmic then dense_rank() over (partition by scope order by number is null, number) - 1
      when number is null then last + (last - first) * 0.12
      else log10(number) end x
  from point p join scale using (scope))
select p.*, coalesce(d.x, iif(p.logarithmic and p.fallback > 0, log10(p.fallback), null)) default_x
from placed p left join (select distinct scope, value, x from placed) d on d.scope = p.scope and d.value = p.fallback;

-- the cells that have a load, on the usual backing allocator. Settings of one strategy share its hue, and are further members of its family
create temp table driven as
select c.id cell, c.place, c.program, c.load, c.workload || iif(c.params = '', '', '[' || c.params || ']') panel, w.place workload_place,
       c.strategy || iif(c.tunables = '', '', '[' || c.tunables || ']') series, k.hue,
       iif(c.tunables = '', k.style, 10 * k.hue + (k.members + dense_rank() over (partition by k.hue order by c.tunables)) % 10) style
from cells c join kin k on k.strategy = c.strategy join workload w on w.name = c.workload join usual u on u.backing = c.backing
where c.load > 0;

-- when collections come: the cells of a program, a strategy and a load that differ in nothing else, where some of them collect by hand.
-- plane: what they share. usual: the one that collects by itself. hand: 1 where the program calls for it. Thresholds that
-- are lowered are the sweep's. tail: p99.9 of a step, of an open loop from when it was due; p99 where some cell cannot tell that
create temp table policy as
with said as (
  select c.id cell, c.program, c.strategy, c.load, c.tunables, w.place workload_place, k.hue,
         c.workload || iif(c.params = '', '', '[' || c.params || ']') || iif((select count(distinct input) from program p where p.workload = c.workload) > 1,
           ' ' || c.input, '') || iif(c.load > 0, ' at load ' || c.load, '') || ', ' || c.strategy plane,
         setting_in(c.tunables, 'collect_every') every, setting_in(c.tunables, 'collect_when') moment, setting_in(c.tunables, 'enabled') enabled,
         setting_in(c.tunables, 'threshold0') threshold0, setting_in(c.tunables, 'freeze_after_setup') freeze, s.fallback
  from cells c join usual u on u.backing = c.backing join kin k on k.strategy = c.strategy join workload w on w.name = c.workload
  left join setting s on s.owner = c.strategy and s.kind = 'tunable' and s.name = 'threshold0' where c.heap_limit_bytes = 0),
named as (
  select *, every is not null or moment is not null hand,
         iif(tunables = '', 'by itself', substr(coalesce(', ' || iif(every is null and moment is null, null, iif(enabled = 'off', 'by hand alone, ', 'by hand, too, ') ||
           case coalesce(moment, 'step') when 'end' then 'at the end' when 'idle' then 'at idle after ' || every || ' steps' else 'every ' || every || ' steps' end), '') ||
           iif(every is null and moment is null and (enabled = 'off' or threshold0 = 'off'), ', off', '') || iif(threshold0 <> 'off', ', threshold0 ' || threshold0, '') ||
           iif(freeze = 'on', ', frozen', ''), 3)) name
  from said
  where (every is not null) + (moment is not null) + (enabled is not null) + (threshold0 is not null) + (freeze is not null)
        = iif(tunables = '', 0, 1 + length(tunables) - length(replace(tunables, ';', '')))
  and (threshold0 is null or threshold0 = 'off' or threshold0 > fallback))
select n.plane, n.workload_place, n.program, n.strategy, n.load, n.cell, n.name, n.hand, u.cell usual, n.hue,
       row_number() over (partition by n.plane order by n.hand, n.cell <> u.cell, n.cell) place,
       iif(n.load > 0, 'response', 'latency') || iif((select count(*) from figure f join named o on o.cell = f.cell
         where o.plane = n.plane and f.metric = iif(o.load > 0, 'response', 'latency') || '_p999_ns') = count(*) over (partition by n.plane), '_p999_ns', '_p99_ns') tail
from named n join named u on u.plane = n.plane and u.program = n.program and u.tunables = '' where exists (select 1 from named h where h.plane = n.plane and h.program = n.program and h.hand);

-- Ways to collect are compared with each other (plots/policies), and would hide the strategies in an open loop; so is the one by itself, alone at its load.
delete from driven where cell in (select cell from policy where cell <> usual);
delete from driven where cell in (select cell from policy) and (select count(*) from driven o where o.program = driven.program and o.load = driven.load) = 1;

-- points of swept heap limits: multiples of the least with which any strategy runs the program (room), or bytes. value NULL: no
-- limit. lost: 1 where most invocations ran out of memory, or of time, which near the least go into collecting
create temp table roomed as
select s.id, s.axis, s.workload || iif(s.params = '', '', '[' || s.params || ']') || iif(s.axis = 'heap', ', bytes', '') panel, w.place workload_place,
       s.strategy || iif(s.tunables = '', '', '[' || s.tunables || ']') series,
       iif(s.tunables = '', k.style, 10 * k.hue + (k.members + dense_rank() over (partition by k.hue order by s.tunables)) % 10) style,
       nullif(s.value, 0) value, s.label, s.cell, c.program, e.outcome,
       (select 2 * sum(outcome in ('out-of-memory', 'timeout')) > count(*) from invocation i where i.cell = s.cell) lost
from sweep s join cells c on c.id = s.cell join usual u on u.backing = s.backing join kin k on k.strategy = s.strategy
join workload w on w.name = s.workload join ending e on e.cell = s.cell where s.axis in ('room', 'heap') and e.outcome <> 'never ran';

-- grids of two settings: a row for each point, the first setting down and the second across
create temp table crossed as
select y.grid, 'grid-' || y.grid plot, y.cell, y.place, y.name y_name, y.label y_label, x.name x_name, x.label x_label,
       dense_rank() over (partition by y.grid order by y.label = 'off', y.value) - 1 y,
       dense_rank() over (partition by y.grid order by x.label = 'off', x.value) - 1 x
from grid_point y join grid_point x on x.grid = y.grid and x.place = y.place and x.axis = 1
where y.axis = 0 and not exists (select 1 from grid_point z where z.grid = y.grid and z.axis > 1);

-- each variant beside the default, and beside the variants before it: ratios formed within a block, median and interval
create temp table varied as
with member as (
  select usual, cell, name, place from variant union select usual, usual, 'default', 0 from variant),
pair as (
  select a.cell, a.name, a.place, b.cell other, b.name against, b.place other_place
  from member a join member b on b.usual = a.usual and b.place < a.place)
select p.*, m.metric, count(*) n, median(m.value / o.value) ratio, low(m.value / o.value) ratio_low, high(m.value / o.value) ratio_high
from pair p join measured m on m.cell = p.cell join measured o on o.cell = p.other and o.block = m.block and o.metric = m.metric
where o.value > 0 group by p.cell, p.other, m.metric;

-- which strategies ran a preset or an incident that compares at least two, most memory first. Settings of one strategy share its hue, and are
-- further members of its family
create temp table contender as
with entry as (
  select p.workload, p.name, p.doc, p.params, p.label, p.cell, p.place from preset p join usual u on u.backing = p.backing
  union all
  select c.workload, i.incident, n.doc, c.params, i.label, c.id, 1000 + i.place
  from incident_cell i join incident n on n.name = i.incident join cells c on c.key = i.key
  where 1 < (select count(*) from incident_cell j where j.incident = i.incident and j.key is not null)),
ran as (
  select p.*, c.strategy, c.tunables, k.hue, k.members, k.style, f.median rss,
         row_number() over (partition by p.workload, p.name, c.strategy order by p.place) - 1 variant
  from entry p join cells c on c.id = p.cell
  join kin k on k.strategy = c.strategy join figure f on f.cell = p.cell and f.metric = 'rss_peak_bytes')
select workload || '-' || name plot, iif(workload = 'scenario', name, workload || '[' || name || ']') panel, workload, name, doc, params, label, cell,
       strategy, tunables, rss, place, iif(variant = 0, style, 10 * hue + (members - 1 + row_number() over
         (partition by workload, name, hue, variant > 0 order by place)) % 10) style,
       row_number() over (partition by workload, name order by rss desc, place) row
from ran;

-- time and memory of every configuration that ran the same program as a base cell; front: no other is better in one of
-- the two and as good in the other. Memory below a page cannot be told, nor drawn on a log axis
create temp table point as
with both as (
  select c.*, c.workload || iif(c.params = '', '', '[' || c.params || ']') panel, w.place workload_place,
         m.median rss, m.low rss_low, m.high rss_high, m.n rss_n, t.median cpu, t.low cpu_low, t.high cpu_high, t.n cpu_n
  from cells c join workload w on w.name = c.workload
  join figure m on m.cell = c.id and m.metric = 'rss_peak_bytes'
  join figure t on t.cell = c.id and t.metric = 'cpu_ns_per_step'
  where exists (select 1 from base b where b.workload = c.workload and b.params = c.params) and c.load = 0)
select *, cpu = min(cpu) over (partition by panel, rss) and coalesce(cpu < min(cpu) over
            (partition by panel order by rss groups between unbounded preceding and 1 preceding), 1) front
from both;

-- what incidents claim; a configuration that is not here has a key that no cell has
insert into limited(what, text, figure, ours, against, against_number, per, per_number, at_most, at_least, incident, ours_label,
                    against_label, reported)
select what, text, figure, coalesce(ours, ''), iif(against_label is null, null, coalesce(against, '')), against_number, per, per_number,
       at_most, at_least, incident, ours_label, against_label, reported
from incident_claim order by id;
