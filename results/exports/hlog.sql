-- HdrHistogram's log: the latencies of each cell, all blocks merged, in ns; a tag is a cell
-- Readers want an interval in seconds and a maximum: the CPU time of a block's steps, and the longest step in ms.
select line from (
  select -1 place, '#[Histogram log format version 1.3]' line
  union all select -1, '#[Times are of steps, see results/README.md]'
  union all select -1, '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'
  union all
  select c.place, printf('Tag=%s,0.000,%.3f,%.3f,%s', escaped('hlog', c.key), coalesce((select f.median * s.median / 1e9
      from figure f join figure s on s.cell = f.cell and s.metric = 'steps' where f.cell = c.id and f.metric = 'cpu_ns_per_step'), 0),
    coalesce((select max(value) / 1e6 from measured m where m.cell = c.id and m.metric = 'latency_max_ns'), 0), hdr(l.histogram))
  from cells c join latency l on l.cell = c.id) order by place;
