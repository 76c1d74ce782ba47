-- figures along each tunable that was swept, where it acts
with live as (select * from swept s where kind = 'tunable' and exists (select 1 from acting a where a.kind = s.kind and a.plot = s.plot
                                                                      and a.panel = s.panel and a.acts))
select s.plot, s.panel || '/' || f.metric panel, series, style, f.metric, x, label, f.median value,
       coalesce(f.low, f.median) value_low, coalesce(f.high, f.median) value_high, default_x, axis, s.panel || ': ' || title title, unit,
       group_concat(label || ': ' || si(f.median, unit), ', ') over (partition by s.plot, s.panel, f.metric, series
         order by x rows between unbounded preceding and unbounded following) text
from live s join json_each('["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns"]') w
join figure f on f.cell = s.cell and f.metric = w.value join metric m on m.name = w.value
order by min(s.id) over (partition by s.plot), min(s.id) over (partition by s.plot, s.panel), w.key, s.id, x;
