-- metrics.sql - what is read out of a record; a metric is a row.
--
-- name: as in cells.csv. title: as over a column. better: lower, higher, neither. doc: one sentence, no full stop.
-- expression: SQL over the record that is being loaded, by the functions of harness/read/reading.h; NULL is "not measured",
-- and then the invocation has no value of this metric. A division by 0 is NULL, too.

insert into metric select *, 'record', row_number() over () from (values
('steps_per_second', 'steps', 'steps/s', 'higher',
 'steps done in a second of wall time', 'field("steps") * 1e9 / field("wall_ns")'),
('cpu_ns_per_step', 'CPU/step', 'ns', 'lower',
 'CPU time of a step, user and system', '(field("cpu_user_ns") + field("cpu_system_ns")) / field("steps")'),
('cpu_system_ns_per_step', 'system CPU/step', 'ns', 'lower',
 'CPU time of a step spent in the kernel', 'field("cpu_system_ns") / field("steps")'),
('steps', 'steps done', 'steps', 'neither',
 'steps done', 'field("steps")'),
('setup_ns', 'set-up', 'ns', 'lower',
 'wall time of the workload''s set-up', 'field("setup_ns")'),
('latency_p50_ns', 'p50', 'ns', 'lower',
 'wall time of a step, median', 'percentile("latency", 50)'),
('latency_p90_ns', 'p90', 'ns', 'lower',
 'wall time of a step that 90 % of the steps keep within', 'percentile("latency", 90)'),
('latency_p99_ns', 'p99', 'ns', 'lower',
 'wall time of a step that 99 % of the steps keep within', 'percentile("latency", 99)'),
('latency_p999_ns', 'p99.9', 'ns', 'lower',
 'wall time of a step that 99.9 % of the steps keep within', 'percentile("latency", 99.9)'),
('latency_max_ns', 'longest step', 'ns', 'lower',
 'wall time of the longest step', 'percentile("latency", 100)'),
('latency_mean_ns', 'mean step', 'ns', 'lower',
 'wall time of a step, mean', 'total("latency") / count_of("latency")'),
('latency_by_time_p50_ns', 'p50 by time', 'ns', 'lower',
 'wait at a random moment, not of a random step: median', 'percentile_by_time("latency", 50)'),
('latency_by_time_p99_ns', 'p99 by time', 'ns', 'lower',
 'wait at a random moment that 99 % of the moments keep within', 'percentile_by_time("latency", 99)'),
('rss_peak_bytes', 'peak RSS', 'bytes', 'lower',
 'most resident memory during the steps', 'field("rss.peak_bytes")'),
('rss_average_bytes', 'average RSS', 'bytes', 'lower',
 'resident memory, averaged over the time of the steps', 'field("rss.average_bytes")'),
('rss_growth', 'memory growth', 'ratio', 'lower',
 'most resident memory in the last quarter of the time, of that in the second quarter: 2 when it grows evenly',
 '(select max(iif(t >= 0.75 * wall, y, null)) * 1.0 / max(iif(t >= 0.25 * wall and t < 0.5 * wall, y, null))
   from (select value ->> 0 t, value ->> 1 y, field("wall_ns") wall from json_each(object("rss.samples"))))'),
('rss_end_bytes', 'final RSS', 'bytes', 'lower',
 'resident memory after the last step', 'field("rss.end_bytes")'),
('rss_released_bytes', 'released RSS', 'bytes', 'lower',
 'resident memory when all was let go and collected, before it is given back', 'field("rss.released_bytes")'),
('rss_settled_bytes', 'settled RSS', 'bytes', 'lower',
 'resident memory when all was let go, collected and given back', 'field("rss.settled_bytes")'),
('rss_baseline_bytes', 'baseline RSS', 'bytes', 'neither',
 'resident memory before the heap existed; all other figures have it subtracted', 'field("rss.baseline_bytes")'),
('leaked_objects', 'leaked objects', 'objects', 'lower',
 'held after every register was cleared and a full collection', 'field("leaked_objects")'),
('leaked_bytes', 'leaked', 'bytes', 'lower',
 'held after every register was cleared and a full collection', 'field("leaked_bytes")'),
('floating_average_objects', 'floating objects', 'objects', 'lower',
 'floating garbage: held and not reachable, averaged over the steps', 'field("floating.average_objects")'),
('floating_peak_objects', 'most floating objects', 'objects', 'lower',
 'floating garbage: held and not reachable, the most that an audit met', 'field("floating.peak_objects")'),
('floating_average_bytes', 'floating', 'bytes', 'lower',
 'floating garbage: held and not reachable, averaged over the steps; requested bytes', 'field("floating.average_bytes")'),
('floating_peak_bytes', 'most floating', 'bytes', 'lower',
 'floating garbage: held and not reachable, the most that an audit met; requested bytes', 'field("floating.peak_bytes")'),
('pause_count', 'pauses', 'pauses', 'neither',
 'pauses of all kinds', 'count_of("pauses")'),
('pause_total_ns', 'time paused', 'ns', 'lower',
 'time of all pauses together', 'total("pauses")'),
('pause_share', 'share paused', 'fraction', 'lower',
 'share of the steps'' wall time spent in pauses', 'total("pauses") / field("wall_ns")'),
('pause_p50_ns', 'p50 pause', 'ns', 'lower',
 'pause, median of all kinds', 'percentile("pauses", 50)'),
('pause_p99_ns', 'p99 pause', 'ns', 'lower',
 'pause that 99 % of all pauses keep within', 'percentile("pauses", 99)'),
('pause_p999_ns', 'p99.9 pause', 'ns', 'lower',
 'pause that 99.9 % of all pauses keep within', 'percentile("pauses", 99.9)'),
('pause_max_ns', 'longest pause', 'ns', 'lower',
 'longest pause of any kind', 'percentile("pauses", 100)'),
('pause_cpu_total_ns', 'CPU in pauses', 'ns', 'lower',
 'CPU time of all pauses together; of the longer ones an upper bound', 'total("pauses_cpu")'),
('pause_cpu_max_ns', 'longest pause, CPU', 'ns', 'lower',
 'CPU time of the pause that took most; an upper bound from 50 us on', 'percentile("pauses_cpu", 100)'),
('setup_pause_total_ns', 'set-up paused', 'ns', 'lower',
 'time of all pauses of the set-up together', 'total("setup_pauses")'),
('setup_pause_max_ns', 'longest set-up pause', 'ns', 'lower',
 'longest pause of the set-up', 'percentile("setup_pauses", 100)'),
('setup_pause_cpu_max_ns', 'longest set-up pause, CPU', 'ns', 'lower',
 'CPU time of the pause of the set-up that took most; an upper bound from 50 us on', 'percentile("setup_pauses_cpu", 100)'),
('collections', 'collections', 'collections', 'neither',
 'collections during the steps, of all generations',
 'field("counters.collections_gen0") + field("counters.collections_gen1") + field("counters.collections_gen2")
  - field("setup_counters.collections_gen0") - field("setup_counters.collections_gen1")
  - field("setup_counters.collections_gen2")'),
('collected_objects', 'collected', 'objects', 'neither',
 'objects that collections during the steps found to be garbage',
 'field("counters.objects_collected") - field("setup_counters.objects_collected")'),
('bmu_1ms', 'program in 1 ms', 'fraction', 'higher',
 'least share of the program in any 1 ms or longer, by the CPU time of pauses (BMU)', '(select value ->> 2 from json_each(object("mmu")) where value ->> 0 = 1000000)'),
('bmu_10ms', 'program in 10 ms', 'fraction', 'higher',
 'least share of the program in any 10 ms or longer, by the CPU time of pauses (BMU)', '(select value ->> 2 from json_each(object("mmu")) where value ->> 0 = 10000000)'),
('bmu_100ms', 'program in 100 ms', 'fraction', 'higher',
 'least share of the program in any 100 ms or longer, by the CPU time of pauses (BMU)', '(select value ->> 2 from json_each(object("mmu")) where value ->> 0 = 100000000)'),
('bmu_wall_10ms', 'program in 10 ms of wall time', 'fraction', 'higher',
 'the same of 10 ms or longer, by the wall time of pauses', '(select value ->> 4 from json_each(object("mmu")) where value ->> 0 = 10000000)'),
('collection_cpu_max_ns', 'longest collection', 'ns', 'lower',
 'CPU time of the collection of any generation that took most; an upper bound from 50 us on',
 '(select max(column1) from (values (percentile("pauses_cpu.gen0", 100)), (percentile("pauses_cpu.gen1", 100)),
   (percentile("pauses_cpu.gen2", 100)), (percentile("pauses_cpu.full", 100))))'),
('cascade_cpu_max_ns', 'longest cascade', 'ns', 'lower',
 'CPU time of the release that took most, of 256 objects or more; an upper bound from 50 us on',
 'percentile("pauses_cpu.cascade", 100)'),
('answer', 'answer', '', 'neither',
 'what a step of a program that asks something answered, mean', 'field("answer")'),
('waits', 'waits', 'times', 'lower',
 'times that the process gave up its CPU during the steps, to sleep or to wait for something', 'field("waits")'),
('preemptions_per_second', 'preemptions', 'times', 'lower',
 'times that another program took its CPU during the steps, in a second', 'field("preemptions") * 1e9 / field("wall_ns")'),
('stolen_share', 'stolen', 'fraction', 'lower',
 'share of the machine''s CPU time that the host of this virtual machine gave to others meanwhile', 'field("environment.stolen_share")'),
('others', 'other runs', 'runs', 'lower',
 'other heapbench runs on this machine when the invocation had ended', 'field("environment.others")'),
('instructions_per_step', 'instructions/step', 'instructions', 'lower',
 'instructions of a step, counted by callgrind', 'field("instructions_per_step")'));

-- Each counter of the heap is a metric, and so are six figures of each kind of pause.
create temp trigger counter_metric after insert on counter when new.name not in (select name from metric) begin
insert into metric select new.name, replace(new.name, '_', ' '), new.unit, 'neither', new.doc,
       'field("counters.' || replace(new.name, '"', '""') || '")', 'counter', 1 + (select count(*) from metric);
end;
create temp trigger pause_metric after insert on pause_kind begin
insert into metric
select 'pause_' || new.label || '_' || column1, replace(column2, '%', new.label), column3, column4, column5,
       replace(column6, '%', '"pauses.' || replace(new.label, '"', '""') || '"'), 'pause', (select count(*) from metric) + row_number() over ()
from (values
('count', '% pauses', 'pauses', 'neither', 'pauses of this kind', 'count_of(%)'),
('total_ns', 'time in % pauses', 'ns', 'lower', 'time of all pauses of this kind', 'total(%)'),
('p50_ns', 'p50 % pause', 'ns', 'lower', 'pause of this kind, median', 'percentile(%, 50)'),
('p99_ns', 'p99 % pause', 'ns', 'lower', 'pause that 99 % of this kind keep within', 'percentile(%, 99)'),
('p999_ns', 'p99.9 % pause', 'ns', 'lower', 'pause that 99.9 % of this kind keep within', 'percentile(%, 99.9)'),
('max_ns', 'longest % pause', 'ns', 'lower', 'longest pause of this kind', 'percentile(%, 100)'));
end;

-- What is known of a phase, which adds metrics of its own when a record brings it: "rss_end_bytes@build". paths: into an
-- element of `phases`; what they lead to is added up.
create temp view phased as
select column1 name, column2 title, column3 unit, column4 better, column5 doc, column6 paths from (values
('steps', 'steps', 'steps', 'neither', 'steps', '["$.steps"]'),
('wall_ns', 'time', 'ns', 'lower', 'wall time', '["$.wall_ns"]'),
('cpu_ns', 'CPU', 'ns', 'lower', 'CPU time, user and system', '["$.cpu_user_ns", "$.cpu_system_ns"]'),
('rss_start_bytes', 'first RSS', 'bytes', 'lower', 'resident memory at the start', '["$.rss.start_bytes"]'),
('rss_peak_bytes', 'peak RSS', 'bytes', 'lower', 'most resident memory', '["$.rss.peak_bytes"]'),
('rss_end_bytes', 'final RSS', 'bytes', 'lower', 'resident memory at the end', '["$.rss.end_bytes"]'),
('rss_purged_bytes', 'purged RSS', 'bytes', 'lower',
 'resident memory at the end, if the backing allocator then gave back what is free', '["$.rss.purged_bytes"]'),
('private_dirty_bytes', 'private memory', 'bytes', 'lower', 'pages that a forked worker had to copy', '["$.worker.private_dirty_bytes"]'),
('shared_dirty_bytes', 'shared memory', 'bytes', 'neither', 'pages that a forked worker shares with who forked it',
 '["$.worker.shared_dirty_bytes"]'),
('pause_count', 'pauses', 'pauses', 'neither', 'pauses of all kinds', '["$.pauses.all.count"]'),
('pause_total_ns', 'time paused', 'ns', 'lower', 'time of all pauses together', '["$.pauses.all.total_ns"]'),
('pause_max_ns', 'longest pause', 'ns', 'lower', 'longest pause of any kind', '["$.pauses.all.max_ns"]'),
('pause_cpu_total_ns', 'CPU in pauses', 'ns', 'lower', 'CPU time of all pauses together; of the longer ones an upper bound',
 '["$.pauses.all.cpu_total_ns"]'),
('pause_cpu_max_ns', 'longest pause, CPU', 'ns', 'lower',
 'CPU time of the pause that took most; an upper bound from 50 us on', '["$.pauses.all.cpu_max_ns"]'),
('collections', 'collections', 'collections', 'neither', 'collections of all generations',
 '["$.counters.collections_gen0", "$.counters.collections_gen1", "$.counters.collections_gen2"]'))
union all select name, replace(name, '_', ' '), unit, 'neither', doc, json_array('$.counters."' || name || '"') from counter
union all
select 'pause_' || label || '_' || column1, label || ' ' || column2, column3, column4, column2 || ' of this kind',
       json_array('$.pauses."' || label || '".' || column1)
from pause_kind, (values ('count', 'pauses', 'pauses', 'neither'), ('total_ns', 'time paused', 'ns', 'lower'),
                         ('max_ns', 'longest pause', 'ns', 'lower'), ('cpu_max_ns', 'longest pause, CPU', 'ns', 'lower'));
create temp trigger phase_metric after insert on phase begin
insert into metric
select name || '@' || new.name, title || ', ' || new.name, unit, better, doc || '; of the phase ' || new.name, null, 'phase',
       (select count(*) from metric) + row_number() over () from phased;
end;
