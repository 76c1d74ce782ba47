-- compare_sides.sql - what two builds, or two runs, measured of the same cells, with the head's run attached as `other`, which
-- is the same one when both builds ran in it; and the pairs of them, for results/differ.sql.
--
-- Side 0 is the base, 1 the head, 2 the base once more: what 0 and 2 differ by is noise.

-- one row. paired: whether the sides ran side by side; build: of the head, '' when it is another run; cell: keys with this
-- text; metrics: between commas, '' for the usual
-- create temp table asked(paired integer, build text, cell text, metrics text)

-- the cells of each side, by the key that they have in common
create temp view base_cell as select id, key, workload, strategy, place from main.cells where not instr(key, '@build=');
create temp view head_cell as
select id, replace(key, '@build=' || a.build, '') key from asked a, other.cells
where iif(a.build = '', not instr(key, '@build='), instr(key, '@build=' || a.build));
create temp view again_cell as select id, replace(key, '@build=base', '') key from main.cells where instr(key, '@build=base');

create temp table taken(side integer, key text, metric text, block integer, value real, primary key(side, key, metric, block))
    without rowid;
insert into taken
select 0, c.key, m.metric, m.block, m.value from main.measured m join base_cell c on c.id = m.cell
union all select 1, c.key, m.metric, m.block, m.value from other.measured m join head_cell c on c.id = m.cell
union all select 2, c.key, m.metric, m.block, m.value from main.measured m join again_cell c on c.id = m.cell;

-- program: the commit that the programs were built from
create temp view base_run as
select c.key, i.*, m.commit_id program from main.invocation i join base_cell c on c.id = i.cell join main.machine m on m.id = i.machine;
create temp view head_run as
select c.key, i.*, m.commit_id program from other.invocation i join head_cell c on c.id = i.cell join other.machine m on m.id = i.machine;
create temp view ran as
select 0 side, key, count(*) n, sum(outcome not in ('ok', 'out-of-memory')) failed, max(detail) detail,
       min(observed || graph) answer from base_run group by key
union all
select 1, key, count(*), sum(outcome not in ('ok', 'out-of-memory')), max(detail), min(observed || graph) from head_run group by key;

create temp view weighed as
select *, metrics <> '' and instr(',' || metrics || ',', ',' || metric || ',') = 0 unasked from (
  select column1 metric, column2 kind, column3 bound, column4 place
  from (values ('cpu_ns_per_step', 'noisy', 0.1, 1), ('latency_p99_ns', 'wild', 0.1, 2), ('latency_p999_ns', 'wild', 0.1, 3),
               ('pause_cpu_max_ns', 'wild', 0.1, 4), ('rss_peak_bytes', 'noisy', 0.1, 5),
               ('floating_average_objects', 'exact', 0, 6), ('instructions_per_step', 'tight', 0.005, 7),
               ('leaked_objects', 'exact', 0, 8))
  union all select name, 'exact', 0, 100 + place from metric where source = 'counter'), asked;

-- Instructions of a cell are held to less than 0.5 % where they were seen to repeat: 220 comparisons of equal programs of these
-- differed by at most 0.04 % (make selftest-regress).
create temp view repeats as
select column1 cells, column2 bound from (values ('*/refcount/*', 0.004), ('*/generational/*', 0.004));

create temp view both as
select b.key, b.metric, b.block, b.value before, h.value after,
       case when b.value = h.value then 1.0 when b.value <> 0 then h.value / b.value end ratio
from taken b join taken h using (key, metric, block) where b.side = 0 and h.side = 1;

-- Of wild metrics, so many cells are compared that some would be called by chance: each metric is a family of its own.
create temp table paired as
select metric || ' ' || key id, metric family, metric, ln(ratio) x from both join weighed using (metric)
where kind = 'wild' and (select paired from asked);
