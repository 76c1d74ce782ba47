-- metrics.sql - what is read out of a record; a metric is a row.
--
-- name: as in cells.csv. title: as over a column. better: lower, higher, neither. doc: one sentence, no full stop.
-- expression: SQL over the record that is being loaded, by the functions of harness/read/reading.h; NULL is "not measured",
-- and then the invocation has no value of this metric. A division by 0 is NULL, too.

insert into metric select *, 'record', row_number() over () from (values
('steps_per_second', 'steps', 'steps/s', 'higher', 'steps done in a second of wall time',
 'field("steps") * 1e9 / field("wall_ns")'),
('cpu_ns_per_step', 'CPU/step', 'ns', 'lower', 'CPU time of a step, user and system',
 '(field("cpu_user_ns") + field("cpu_system_ns")) / field("steps")'),
('cpu_system_ns_per_step', 'system CPU/step', 'ns', 'lower', 'CPU time of a step spent in the kernel',
 'field("cpu_system_ns") / field("steps")'),
('steps', 'steps done', 'steps', 'neither', 'steps done',
 'field("steps")'),
('setup_ns', 'set-up', 'ns', 'lower', 'wall time of the workload''s set-up',
 'field("setup_ns")'),
('latency_p50_ns', 'p50', 'ns', 'lower', 'wall time of a step, median',
 'percentile("latency", 50)'),
('latency_p90_ns', 'p90', 'ns', 'lower', 'wall time of a step that 90 % of the steps keep within',
 'percentile("latency", 90)'),
('latency_p99_ns', 'p99', 'ns', 'lower', 'wall time of a step that 99 % of the steps keep within',
 'percentile("latency", 99)'),
('latency_p999_ns', 'p99.9', 'ns', 'lower', 'wall time of a step that 99.9 % of the steps keep within',
 'percentile("latency", 99.9)'),
('latency_max_ns', 'longest step', 'ns', 'lower', 'wall time of the longest step',
 'percentile("latency", 100)'),
('latency_mean_ns', 'mean step', 'ns', 'lower', 'wall time of a step, mean',
 'total("latency") / count_of("latency")'),
('rss_peak_bytes', 'peak RSS', 'bytes', 'lower', 'most resident memory during the steps',
 'field("rss.peak_bytes")'),
('rss_average_bytes', 'average RSS', 'bytes', 'lower', 'resident memory, averaged over the time of the steps',
 'field("rss.average_bytes")'),
('rss_end_bytes', 'final RSS', 'bytes', 'lower', 'resident memory after the last step',
 'field("rss.end_bytes")'),
('rss_settled_bytes', 'settled RSS', 'bytes', 'lower', 'resident memory when all was let go, collected and given back',
 'field("rss.settled_bytes")'),
('rss_baseline_bytes', 'baseline RSS', 'bytes', 'neither', 'resident memory before the heap existed; all other figures have it subtracted',
 'field("rss.baseline_bytes")'),
('leaked_objects', 'leaked objects', 'objects', 'lower', 'held after every register was cleared and a full collection',
 'field("leaked_objects")'),
('leaked_bytes', 'leaked', 'bytes', 'lower', 'held after every register was cleared and a full collection',
 'field("leaked_bytes")'),
('floating_average_objects', 'floating objects', 'objects', 'lower', 'floating garbage: held and not reachable, averaged over the steps',
 'field("floating.average_objects")'),
('floating_peak_objects', 'most floating objects', 'objects', 'lower', 'floating garbage: held and not reachable, the most that an audit met',
 'field("floating.peak_objects")'),
('floating_average_bytes', 'floating', 'bytes', 'lower', 'floating garbage: held and not reachable, averaged over the steps; requested bytes',
 'field("floating.average_bytes")'),
('floating_peak_bytes', 'most floating', 'bytes', 'lower', 'floating garbage: held and not reachable, the most that an audit met; requested bytes',
 'field("floating.peak_bytes")'),
('pause_count', 'pauses', 'pauses', 'neither', 'pauses of all kinds',
 'count_of("pauses")'),
('pause_total_ns', 'time paused', 'ns', 'lower', 'time of all pauses together',
 'total("pauses")'),
('pause_share', 'share paused', 'fraction', 'lower', 'share of the steps'' wall time spent in pauses',
 'total("pauses") / field("wall_ns")'),
('pause_p50_ns', 'p50 pause', 'ns', 'lower', 'pause, median of all kinds',
 'percentile("pauses", 50)'),
('pause_p99_ns', 'p99 pause', 'ns', 'lower', 'pause that 99 % of all pauses keep within',
 'percentile("pauses", 99)'),
('pause_p999_ns', 'p99.9 pause', 'ns', 'lower', 'pause that 99.9 % of all pauses keep within',
 'percentile("pauses", 99.9)'),
('pause_max_ns', 'longest pause', 'ns', 'lower', 'longest pause of any kind',
 'percentile("pauses", 100)'));

-- Each counter of the heap is a metric, and so are six figures of each kind of pause.
create temp trigger counter_metric after insert on counter when new.name not in (select name from metric) begin
insert into metric select new.name, replace(new.name, '_', ' '), new.unit, 'neither', new.doc,
       'field("counters.' || new.name || '")', 'counter', 1 + (select count(*) from metric);
end;
create temp trigger pause_metric after insert on pause_kind begin
insert into metric
select 'pause_' || new.label || '_' || column1, replace(column2, '%', new.label), column3, column4, column5,
       replace(column6, '%', '"pauses.' || new.label || '"'), 'pause', (select count(*) from metric) + row_number() over ()
from (values
('count', '% pauses', 'pauses', 'neither', 'pauses of this kind', 'count_of(%)'),
('total_ns', 'time in % pauses', 'ns', 'lower', 'time of all pauses of this kind', 'total(%)'),
('p50_ns', 'p50 % pause', 'ns', 'lower', 'pause of this kind, median', 'percentile(%, 50)'),
('p99_ns', 'p99 % pause', 'ns', 'lower', 'pause that 99 % of this kind keep within', 'percentile(%, 99)'),
('p999_ns', 'p99.9 % pause', 'ns', 'lower', 'pause that 99.9 % of this kind keep within', 'percentile(%, 99.9)'),
('max_ns', 'longest % pause', 'ns', 'lower', 'longest pause of this kind', 'percentile(%, 100)'));
end;
