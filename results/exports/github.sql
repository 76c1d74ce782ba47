-- github-action-benchmark, customSmallerIsBetter; strategies at their defaults
-- Not all metrics: dashboards keep the history of what they get, and their files would grow without bound.
with followed(place, metric) as (
  values (1, 'cpu_ns_per_step'), (2, 'latency_p50_ns'), (3, 'latency_p99_ns'), (4, 'pause_max_ns'),
         (5, 'rss_peak_bytes'), (6, 'rss_settled_bytes'), (7, 'leaked_bytes'))
select json_group_array(json(entry)) from (
  select json_patch('{}', json_object('name', c.key || ' ' || m.name, 'unit', m.unit, 'value', f.median, 'range',
    iif(f.low is not null, printf('%.6g to %.6g', f.low, f.high), null))) entry
  from cells c join figure f on f.cell = c.id join followed w using (metric) join metric m on m.name = f.metric
  where c.base order by c.place, w.place);
