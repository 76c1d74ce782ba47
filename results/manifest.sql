-- manifest.sql - from a run's manifest (run.json; the function manifest() is its text) to the tables of what there is
-- and what was planned. Runs once, after metrics.sql.

insert or ignore into run select key, atom from json_each(manifest()) where atom is not null;
insert or ignore into run select key, atom from json_each(manifest(), '$.build') where atom is not null;
insert or ignore into run select 'environment.' || key, atom from json_each(manifest(), '$.environment') where atom is not null;
insert into run select 'cut', count(*) from json_each(manifest(), '$.cut');
insert into run select 'cut_least', min(value) from json_each(manifest(), '$.cut') having count(*);
insert into run select 'cut_missing', total(r.value - c.value) from json_each(manifest(), '$.cut') c, run r where r.name = 'blocks';

insert into strategy
select key, value ->> 'summary', row_number() over (order by key) from json_each(manifest(), '$.strategies');
insert or ignore into trait
select s.key, t.value from json_each(manifest(), '$.strategies') s, json_each(s.value, '$.traits') t;
insert into workload
select key, value ->> 'summary', value ->> 'step_is', row_number() over () from json_each(manifest(), '$.workloads');
insert or ignore into setting
select o.kind, o.owner, s.value ->> 'name', s.value ->> 'unit', s.value ->> 'doc', s.value ->> 'default',
       coalesce(s.value -> 'choices' ->> cast(s.value ->> 'default' as integer), printf('%.15g', s.value ->> 'default')),
       json_type(s.value, '$.choices') is not null, row_number() over ()
from (select 'tunable' kind, key owner, value -> 'tunables' settings from json_each(manifest(), '$.strategies')
      union all select 'param', key, value -> 'params' from json_each(manifest(), '$.workloads')) o, json_each(o.settings) s;
insert or ignore into counter
select value ->> 'name', value ->> 'unit', value ->> 'doc' from json_each(manifest(), '$.counters');
insert or ignore into pause_kind
select value ->> 'label', value ->> 'doc', row_number() over () from json_each(manifest(), '$.pauses');

-- What a cell does not say of itself, the manifest says for all. How many steps its program has, its first record tells.
create temp table planned as
select row_number() over () place, value ->> 'key' key, value ->> 'workload' workload, value ->> 'params' params,
       value ->> 'strategy' strategy, value ->> 'tunables' tunables, value ->> 'backing' backing,
       coalesce(value ->> 'build', (select value from run where name = 'commit'), '') build,
       coalesce(value ->> 'heap_limit_bytes', (select value from run where name = 'heap_limit_bytes'), 0) heap_limit_bytes,
       coalesce(value ->> 'load', 0) load,
       coalesce(value ->> 'input', (select value from run where name = 'input'), '') input,
       coalesce(value ->> 'seed', (select value from run where name = 'seed')) seed,
       coalesce(value ->> 'again', 0) again
from json_each(manifest(), '$.cells');
insert into program(workload, params, seed, input) select distinct workload, params, seed, input from planned;
insert into configuration(build, strategy, tunables, backing, heap_limit_bytes, load)
select distinct build, strategy, tunables, backing, heap_limit_bytes, load from planned;
-- The base cell has the shortest key: a key tells what differs from the plan and from the defaults. A backing allocator that
-- is not the usual one weighs more.
insert or ignore into cell
select x.place, x.key, p.id, f.id, x.place, 1 = row_number() over (partition by x.workload, x.strategy
  order by x.again, x.load, x.backing <> (select backing from planned group by 1 order by count(*) desc, min(place) limit 1),
           length(x.key), x.place) and x.load = 0, x.again
from planned x join program p on (p.workload, p.params, p.seed, p.input) is (x.workload, x.params, x.seed, x.input)
join configuration f using (build, strategy, tunables, backing, heap_limit_bytes, load) order by x.place;

-- A program that asks something stands for no strategy, unless there is nothing else.
update cell set base = 0 where program in (
  select p.id from program p join json_each(manifest(), '$.workloads') w on w.key = p.workload
  where exists (select 1 from json_each(w.value, '$.traits') where value = 'instrument'))
and exists (select 1 from json_each(manifest(), '$.workloads') w
            where not exists (select 1 from json_each(w.value, '$.traits') where value = 'instrument'));

insert into sweep
select s.key, s.value ->> 'kind', s.value ->> 'axis', s.value ->> 'workload', s.value ->> 'params',
       s.value ->> 'strategy', s.value ->> 'tunables', s.value ->> 'backing', p.value ->> 0, p.value ->> 1, cell.id, p.key
from json_each(manifest(), '$.sweeps') s, json_each(s.value, '$.points') p join cell on cell.key = p.value ->> 2;
insert into preset
select s.value ->> 'workload', s.value ->> 'name', s.value ->> 'doc', s.value ->> 'params', s.value ->> 'backing',
       p.value ->> 0, cell.id, row_number() over ()
from json_each(manifest(), '$.presets') s, json_each(s.value, '$.cells') p join cell on cell.key = p.value ->> 1;
insert into variant
select v.value ->> 'name', v.value ->> 'settings', own.id, usual.id, v.key + 1
from json_each(manifest(), '$.variants') v, json_each(v.value, '$.cells') p
join cell own on own.key = p.value ->> 0 join cell usual on usual.key = p.value ->> 1;
insert into grid_point
select g.key, cell.id, a.key - 1, (g.value -> 'axes') ->> (a.key - 1), a.value ->> 0, a.value ->> 1, p.key
from json_each(manifest(), '$.grids') g, json_each(g.value, '$.points') p, json_each(p.value) a
join cell on cell.key = p.value ->> 0 where a.key > 0;

insert into minheap
select value ->> 'workload', value ->> 'params', value ->> 'steps', value ->> 'seed', value ->> 'strategy', value ->> 'tunables',
       value ->> 'backing', nullif(value ->> 'bytes', 0), value ->> 'above' from json_each(manifest(), '$.minheaps');

insert into incident
select value ->> 'name', value ->> 'doc', value ->> 'source', value ->> 'reported', value ->> 'cannot',
       coalesce(value ->> 'note', ''), coalesce(value ->> 'no_figure', ''), row_number() over ()
from json_each(manifest(), '$.incidents');
insert into incident_cell
select i.value ->> 'name', c.key, c.atom, row_number() over () from json_each(manifest(), '$.incidents') i, json_each(i.value, '$.cells') c;
insert into incident_claim
select null, i.value ->> 'name', c.value ->> 'what', c.value ->> 'text', c.value ->> 'figure', c.value ->> 'ours',
       c.value ->> 'ours_key', iif(json_type(c.value, '$.against') = 'text', c.value ->> 'against', null),
       c.value ->> 'against_key', iif(json_type(c.value, '$.against') = 'text', null, c.value ->> 'against'),
       iif(json_type(c.value, '$.per') = 'text', c.value ->> 'per', null),
       iif(json_type(c.value, '$.per') = 'text', null, coalesce(c.value ->> 'per', 1)), c.value ->> 'at_most',
       c.value ->> 'at_least', c.value ->> 'reported'
from json_each(manifest(), '$.incidents') i, json_each(i.value, '$.claims') c;
-- No cell of an incident stands for its strategy.
update cell set base = 0 where key in (select key from incident_cell);

-- The invocation that is being loaded, if its cell is one of those whose curves are drawn.
create temp view drawn_base as
select i.id from invocation i join cell c on c.id = i.cell where i.id = (select max(id) from invocation) and c.base;
create temp view loaded as
select i.id from invocation i join cell c on c.id = i.cell join configuration f on f.id = c.configuration
where i.id = (select max(id) from invocation) and f.load > 0 and not c.again;
create temp view drawn as
select i.id from invocation i join cell c on c.id = i.cell
where i.id = (select max(id) from invocation) and (c.base or c.id in (select cell from preset));

-- The machine that the record tells of which is being loaded, for record.sql.
create temp view here as
select text('environment.host') host, text('environment.cpu') cpu, text('environment.microcode') microcode, field('environment.cpus') cpus, text('environment.kernel') kernel,
       text('environment.thp') thp, text('environment.governor') governor,
       (select group_concat(key || '=' || value, ' ') from (select key, value from members('environment.allocator')
                                                            order by key)) allocator,
       text('environment.commit') commit_id, text('environment.build') build, text('environment.compiler') compiler;
create temp table spot(host, cpu, microcode, cpus, kernel, thp, governor, allocator, commit_id, build, compiler);
insert into spot default values; -- a row that each record fills anew
-- Percentiles of a curve: ten points for each nine, up to seven of them.
create temp table curve as
with recursive point(n) as (select 0 union all select n + 1 from point where n < 70) select 100 - 100 * pow(10, -n / 10.0) x from point;
