-- schema.sql - the tables of run.db, which is made from a run's folder and may be deleted at any time.
--
-- Data flows down this file: what was planned, what was measured, what follows from it. An unknown value is absent
-- (no row, or NULL), never 0. Texts of settings are as in a cell's key: "name=value;name=value" in declared order,
-- only what differs from the defaults, '' when nothing does.

-- ---- the run
-- all that run.json says in one word: command, mode, started, seed, blocks, steps_factor; cut: how many cells ran in fewer,
-- cut_least: in how many at least, cut_missing: invocations that they lack; of the programs: commit,
-- compiler, flags, build; of the driver's machine: environment.cpu and others; of loading: records, and those left out,
-- damaged, strays (of no planned cell), duplicates (of a block that the cell has)
create table run(name text primary key, value) without rowid;
-- what is damaged: a line of records.ndjson, or a file of the spool
create table damage(file text, line integer, primary key(file, line)) without rowid;

-- ---- what there is: as the bench programs describe themselves
create table strategy(name text primary key, summary text, style integer) without rowid; -- style: place by name, from 1
create table trait(strategy text, name text, primary key(strategy, name)) without rowid;
create table workload(name text primary key, summary text, step_is text, place integer) without rowid;
-- owner: a strategy (kind 'tunable') or a workload (kind 'param'). fallback: the default as a number; a choice's is its
-- index, and label its name. choices: 1 when it is one
create table setting(kind text, owner text, name text, unit text, doc text, fallback real, label text, choices integer,
                     place integer, primary key(kind, owner, name)) without rowid;
create table counter(name text primary key, unit text, doc text) without rowid;
create table pause_kind(label text primary key, doc text, place integer) without rowid;
-- the phases that programs have: the set-up, and those of scenarios
create table phase(name text primary key, place integer) without rowid;

-- ---- what was planned
-- a program is what runs, seed the first of those that it runs with (one, unless the run has several seeds); what strategies must agree on is asked of invocations of the same program
create table program(id integer primary key, workload text, params text, steps integer, seed integer, input text,
                     unique(workload, params, steps, seed, input));
-- load: share of the closed-loop rate at which steps are due, 0: a closed loop
create table configuration(id integer primary key, build text, strategy text, tunables text, backing text,
                           heap_limit_bytes integer, load real,
                           unique(build, strategy, tunables, backing, heap_limit_bytes, load));
-- base: 1 for the one cell that stands for its workload and strategy in tables: fewest settings changed
-- again: 1 for a cell that is another under a second name; only the view repeated and what is asked of all cells see it
create table cell(id integer primary key, key text unique, program integer, configuration integer, place integer,
                  base integer, again integer);
-- the points of a sweep: axis is the setting's name, kind as in setting; workload, params, strategy, tunables and backing
-- say what all its points have in common, besides the axis
create table sweep(id integer, kind text, axis text, workload text, params text, strategy text, tunables text,
                   backing text, value real, label text, cell integer, place integer);
-- the cells of a workload's preset; label: the strategy, and in brackets the preset that its own settings are
create table preset(workload text, name text, doc text, params text, backing text, label text, cell integer,
                    place integer);
-- a named variant of the user's own: its settings as typed, one of its cells, and the cell of the default that it varies
create table variant(name text, settings text, cell integer, usual integer, place integer);
-- a point of a grid: grid is one workload's and strategy's, axis one of its settings, from 0 on
create table grid_point(grid integer, cell integer, axis integer, name text, value real, label text, place integer);

-- minheap: the smallest heap limit at which a program ran, bytes; or only that it is above a limit, of a strategy that was not looked
-- at any closer since another needs less (harness/run/minheap.h)
create table minheap(workload text, params text, steps integer, seed integer, strategy text, tunables text, backing text,
                     bytes integer, above integer);

-- an incident is a report from outside as a program that runs here. cannot: why it is not, or what part of it is not;
-- no_figure: why the report has none to hold what is measured against
create table incident(name text primary key, doc text, source text, reported text, cannot text, note text, no_figure text, place integer);
-- label: a configuration as the incident's file writes it. key: NULL where it cannot be run here
create table incident_cell(incident text, label text, key text, place integer);
-- what must hold: ours / against, or ours where against is NULL, in units of per. ours, against: keys, NULL where that
-- configuration is not here. reported: the ratio in the report
create table incident_claim(id integer primary key, incident text, what text, text text, figure text, ours_label text,
                            ours text, against_label text, against text, against_number real, per text, per_number real,
                            at_most real, at_least real, reported real);

-- ---- what was measured
-- allocator: the environment's variables that set an allocator, "NAME=value NAME=value"; NULL when there are none
create table machine(id integer primary key, host text, cpu text, microcode text, cpus integer, kernel text, thp text, governor text, allocator text,
                     commit_id text, build text, compiler text,
                     unique(host, cpu, microcode, cpus, kernel, thp, governor, allocator, commit_id, build, compiler));
-- outcome: ok, out-of-memory, crashed, timeout, failed. observed, graph: checksums, of which equal programs have equal ones
create table invocation(id integer primary key, cell integer, block integer, ord integer, outcome text, detail text,
                        steps integer, seed integer, observed text, graph text, machine integer, load1 real,
                        library text, unique(cell, block));
-- value: also of invocations that did not end ok, which did less work; see the view measured
create virtual table value using invocation_values; -- (invocation, metric, value), each pair once: harness/read/measures.h
-- series - more than a number, of base cells and presets, and latency curves of all base cells and of all with a load:
--   rss      x ns since the first step, y bytes above the baseline
--   pause    x ns since the first step, y ns, label its kind, extra objects freed
--   floating x ns since the first step, y bytes of floating garbage, extra objects
--   latency, response  x percentile, y ns
--   backlog  x ns since the schedule began, y ns that the step due then was late
--   drag     x percentile of the bytes that were released, y bytes of drag
--   mark     y bytes when the program had asked for x, label which: live, held, heap, rss, and extra how many of x were asked for at the end
--   mmu      x ns that a window lasts, y BMU, extra MMU, both by the CPU time of pauses (harness/base/mmu.h)
create table series(invocation integer, kind text, x real, y real, label text, extra real);
-- latency - the latencies of all blocks of a cell as one histogram, packed as in harness/base/sparse.h
create table latency(cell integer primary key, histogram blob);
-- fact - what is true of a program, whoever runs it
create table fact(program integer, name text, value, primary key(program, name)) without rowid;
-- a metric is a row; see metrics.sql. source: record, counter, pause (of one kind), backing (the allocator's own figure),
-- phase: NAME@PHASE, of one phase of the program
create table metric(name text primary key, title text, unit text, better text, doc text, expression text, source text,
                    place integer) without rowid;
create index metric_place on metric(place); -- each record asks for those that are new

-- ---- what follows
-- what a strategy claims makes its family: who frees cycles and counts, counts to free at once and traces for the rest; only
-- counting frees all but cycles. member: its place in the family. style: colour, dash and point (common.gp)
create view kin as
with claims as (
  select s.name strategy, max(t.name = 'counts') counts, max(t.name = 'frees_acyclic') acyclic, max(t.name = 'frees_cycles') cycles
  from strategy s left join trait t on t.strategy = s.name group by s.name),
grouped as (
  select strategy, case when cycles and counts then 2 when cycles then 3 when acyclic then 1 else 4 end hue from claims)
select strategy, hue, case hue when 1 then 'counting' when 2 then 'counting and cycles' when 3 then 'tracing' else 'none' end
       family, row_number() over (partition by hue order by strategy) - 1 member, count(*) over (partition by hue) members,
       10 * hue + (row_number() over (partition by hue order by strategy) - 1) % 10 style
from grouped;

-- invocation and cell with names for all parts; figures come from those that ended ok, and from nothing else
create view cells as
select c.id, c.key, c.place, c.base, p.workload, p.params, p.steps, p.seed, p.input, p.id program, f.build, f.strategy,
       f.tunables, f.backing, f.heap_limit_bytes, f.load, f.id configuration
from cell c join program p on p.id = c.program join configuration f on f.id = c.configuration where not c.again;
-- the A/A rows of a run: a cell, and the same under a second name
create view repeated as
select o.id cell, o.key, s.id second from cell s join cell o on o.program = s.program and o.configuration = s.configuration
where s.again and not o.again;

-- what invocations that ended ok measured, by cell and block: the values of a figure
create view measured as
select i.cell, i.block, v.metric, v.value from value v join invocation i on i.id = v.invocation where i.outcome = 'ok';

-- figure: median over blocks of each metric of each cell, and its interval; n: blocks that measured it.
-- low and high are NULL when n is 1, but for the averages of floating garbage, whose interval is then that of their audit. Of a run with several seeds what is exact, which all blocks of a seed agree on, has n seeds,
-- and low and high are its range
create table figure(cell integer, metric text, n integer, median real, low real, high real, primary key(cell, metric))
    without rowid;

-- least: of each program what it costs at least, and the cell that shows it: the least median of `distilled` over all strategies and
-- settings in a closed loop. cost: cpu, wall, cycles, instructions; total, distilled: the metrics of that cost with and without
-- what is explicitly reclamation. The metric lbo_COST is total / distilled - 1 against that cell, within a block
create table least(program integer, cost text, total text, distilled text, cell integer, median real,
                   primary key(program, cost)) without rowid;

-- disagreement: invocations whose checksum is not what most of the same program found, with the same seed
create view answer as
select i.id invocation, c.program, i.seed, a.field, a.answer
from invocation i join cell c on c.id = i.cell
join (select id, 'observed' field, observed answer from invocation
      union all select id, 'graph', graph from invocation) a on a.id = i.id
where i.outcome = 'ok' and a.answer is not null;
create view majority as -- of equally many answers the one that sorts first, so that every reader names the same one
select program, seed, field, answer, count(*) said,
       row_number() over (partition by program, seed, field order by count(*) desc, answer) rank
from answer group by program, seed, field, answer;
create view disagreement as
select c.key, i.block, a.seed, a.field, a.answer, m.answer most
from answer a join majority m on m.program = a.program and m.seed is a.seed and m.field = a.field and m.rank = 1
join invocation i on i.id = a.invocation join cell c on c.id = i.cell
where a.answer <> m.answer;
-- the same as it is when all records are loaded: to ask it takes as long as there are records
create table disagreed(key text, block integer, seed integer, field text, answer text, most text);
