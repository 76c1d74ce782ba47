-- record.sql - from one record to its rows. Runs for each record; its functions are in harness/read/reading.h.

-- A statement that gives a name leaves the record out, and is counted under that name in the table run.
select 'strays' where text('cell') not in (select key from cell);
select 'duplicates' from invocation i join cell c on c.id = i.cell where c.key = text('cell') and i.block = field('block');

-- The first record of a cell tells the steps of its program.
insert into program(workload, params, steps, seed, input)
select * from (
  select p.workload, p.params, coalesce(field('steps_planned'), field('steps')) steps, coalesce(p.seed, field('seed')) seed,
         coalesce(text('environment.input'), p.input) input
  from cell c join program p on p.id = c.program where c.key = text('cell') and p.steps is null) n
where not exists (select 1 from program q where (q.workload, q.params, q.steps, q.seed, q.input) is (n.workload, n.params, n.steps, n.seed, n.input));
update cell set program = (
  select q.id from program p join program q using (workload, params)
  where p.id = cell.program and (q.steps, q.seed, q.input) is (coalesce(field('steps_planned'), field('steps')),
    coalesce(p.seed, field('seed')), coalesce(text('environment.input'), p.input)))
where key = text('cell') and not exists (select 1 from invocation i where i.cell = cell.id)
and coalesce(field('steps_planned'), field('steps')) is not null;

-- The machine, once for all that is asked of it.
update spot set (host, cpu, microcode, cpus, kernel, thp, governor, allocator, commit_id, build, compiler) = (select * from here);
insert into machine(host, cpu, microcode, cpus, kernel, thp, governor, allocator, commit_id, build, compiler)
select * from spot where not exists (
  select 1 from machine m where (m.host, m.cpu, m.microcode, m.cpus, m.kernel, m.thp, m.governor, m.allocator, m.commit_id, m.build, m.compiler)
  is (spot.host, spot.cpu, spot.microcode, spot.cpus, spot.kernel, spot.thp, spot.governor, spot.allocator, spot.commit_id, spot.build, spot.compiler));
insert into invocation(cell, block, ord, outcome, detail, steps, seed, observed, graph, machine, load1, library)
select c.id, field('block'), field('order'),
       iif(text('outcome') in ('ok', 'out-of-memory', 'crashed', 'timeout'), text('outcome'), 'failed'), text('detail'),
       field('steps'), coalesce(field('seed'), (select seed from program where id = c.program)), text('observed'), text('graph'), m.id, coalesce(field('load1'), field('environment.load1')),
       text('backing') || ' ' || text('backing_library.version') || ' (' || text('backing_library.file') || ')'
from cell c join spot s join machine m on (m.host, m.cpu, m.microcode, m.cpus, m.kernel, m.thp, m.governor, m.allocator, m.commit_id, m.build, m.compiler)
is (s.host, s.cpu, s.microcode, s.cpus, s.kernel, s.thp, s.governor, s.allocator, s.commit_id, s.build, s.compiler)
where c.key = text('cell');

-- What nobody announced and a record has all the same, looked for where records have names that none before had; metrics.sql makes
-- metrics of counters and kinds.
insert into counter select key, '', 'counter of the heap' from members('counters') where unseen('counters') and key not in (select name from counter);
insert into pause_kind
select key, '', (select count(*) from pause_kind) + row_number() over () from members('pauses') where unseen('pauses') and key not in (select label from pause_kind);
insert into metric
select name, replace(substr(name, 9), '_', ' '), 'bytes', 'neither', 'the backing allocator''s own figure',
       'field("backing_figures.' || replace(path, '"', '""') || '")', 'backing', (select count(*) from metric) + row_number() over ()
from (select 'backing_' || w.key || '_' || replace(f.key, ' ', '_') name, w.key || '.' || f.key path
      from members('backing_figures') w join members('backing_figures.' || w.key) f)
where unseen('backing_figures') and name not in (select name from metric);

-- Its phases, but the one that is all the steps.
insert or ignore into phase
select name, (select count(*) from phase) + row_number() over () from members('phases') where unseen('phases') and name <> 'steps' and name not in (select name from phase);

-- More than numbers, for what is drawn (views drawn, drawn_base of manifest.sql: this invocation, if its cell is drawn).
insert into series select drawn.id, 'rss', c0, c1, null, null
from drawn cross join members('rss.samples');
insert into series select drawn.id, 'pause', c0, c1, c2, c3
from drawn cross join members('pause_events');
insert or replace into latency
select cell, merged('latency', (select histogram from latency l where l.cell = i.cell)) from invocation i
where id = (select max(id) from invocation) and count_of('latency') > 0;
insert into series select drawn_base.id, 'mmu', c0, c2, null, c1
from drawn_base cross join members('mmu');
insert into series select drawn.id, 'drag', c0, c1, null, null from drawn cross join members('drag.curve');
-- Marks are whole or not there: of a strategy that could not be counted none is drawn.
insert into series
select * from (
  select drawn.id, 'mark', m.c1, case w.column1 when 'live' then c7 when 'held' then c3 when 'heap' then c4 when 'rss' then c5 else c8 end y,
         w.column1, (select max(c1) from members('marks'))
  from drawn cross join members('marks') m cross join (values ('live'), ('held'), ('heap'), ('rss'), ('unused')) w)
where y is not null and not exists (select 1 from members('marks') where c5 is null or c7 is null);
insert or ignore into fact
select c.program, f.name, f.value from invocation i join cell c on c.id = i.cell
cross join (select 'asked_bytes' name, max(c1) value from members('marks') union all select 'live_average_bytes', avg(c7) from members('marks')
            union all select 'live_peak_bytes', max(c7) from members('marks')) f
where i.id = (select max(id) from invocation) and f.value is not null and text('outcome') = 'ok';
-- Steps are taken to be equally long: the audit is of another run.
insert into series select drawn.id, 'floating', s.c0 * field('wall_ns') / field('steps'), s.c2, null, s.c1
from drawn cross join members('floating.samples') s;
insert into series
select id, 'latency', x, percentile('latency', x), null, null from drawn_base cross join curve
where percentile('latency', x) is not null;
-- Of a cell with a load, and of no other: the same curve of the service, one of the response, and the backlog.
insert into series
select loaded.id, v.value, x, percentile(v.value, x), null, null
from loaded cross join curve cross join json_each('["latency", "response"]') v where percentile(v.value, x) is not null
union all select loaded.id, 'backlog', s.c0, s.c1, null, null from loaded cross join members('backlog.samples') s;
