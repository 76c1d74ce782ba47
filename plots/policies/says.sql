-- what collecting by hand costs and buys, against the heap that collects by itself: a sentence for each program and strategy
with word(metric, title, at) as (values ('cpu_ns_per_step', 'CPU time', 1), ('response_p999_ns', 'p99.9 response', 2), ('response_p99_ns', 'p99 response', 2),
    ('latency_p999_ns', 'p99.9 of a step', 2), ('latency_p99_ns', 'p99 of a step', 2), ('rss_peak_bytes', 'peak memory', 3), ('collection_cpu_max_ns', 'longest collection', 4)),
told as (
  select p.plane, p.place, p.workload_place, p.name, p.cell, a.differs, a.ratio, a.n,
         w.title || ' ' || si(a.ratio, 'ratio') || coalesce(' (' || span(a.low, a.high, 'ratio') || ')', '') ||
         iif(w.at = 4, coalesce(', ' || si(f.median, 'ns'), ''), '') text
  from policy p join against a on a.cell = p.cell join word w on w.metric = a.metric
  left join figure f on f.cell = p.cell and f.metric = a.metric where p.hand order by p.plane, p.place, w.at),
clause as (
  select plane, place, workload_place, '"' || name || '"' || iif(max(n) = 1, ', once: ' || group_concat(text, ', '), iif(sum(differs) = 0, ' costs and buys nothing that is told apart',
         coalesce(' costs ' || group_concat(iif(differs and ratio > 1, text, null), ', '), ' costs nothing') ||
         coalesce(' and buys ' || group_concat(iif(differs and ratio < 1, text, null), ', '), ' and buys nothing'))) text
  from told group by cell order by plane, place)
select 'Collecting by hand, ' || plane what, '' answer, 'against collecting by itself, ' || group_concat(text, '; ') || '.' sentence
from clause group by plane order by workload_place, plane;
