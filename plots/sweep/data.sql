-- figures along each tunable that was swept, where it acts. p99.9 of the pauses where every cell of the panel that paused can
-- tell it, else the longest pause
with live as (select * from swept s where kind = 'tunable' and exists (select 1 from acting a where a.kind = s.kind and a.plot = s.plot
                                                                      and a.panel = s.panel and a.acts)),
short as (
  select distinct plot, panel from live s join figure m on m.cell = s.cell and m.metric = 'pause_max_ns'
  left join figure p on p.cell = s.cell and p.metric = 'pause_p999_ns' where m.n > coalesce(p.n, 0)),
wanted as (
  select distinct s.plot, s.panel, m.key + 1 place,
         iif(short.plot is not null and m.value = 'pause_p999_ns', 'pause_max_ns', m.value) metric
  from live s left join short using (plot, panel) join json_each(
    '["cpu_ns_per_step", "rss_peak_bytes", "floating_average_objects", "pause_p999_ns"]') m)
select s.plot, s.panel || '/' || f.metric panel, series, style, f.metric, x, label, f.median value,
       coalesce(f.low, f.median) value_low, coalesce(f.high, f.median) value_high, default_x, axis, s.panel || ': ' || title title, unit,
       group_concat(label || ': ' || si(f.median, unit), ', ') over (partition by s.plot, s.panel, f.metric, series) text
from live s join wanted w on w.plot = s.plot and w.panel = s.panel
join figure f on f.cell = s.cell and f.metric = w.metric join metric m on m.name = w.metric
order by min(s.id) over (partition by s.plot), min(s.id) over (partition by s.plot, s.panel), w.place, s.id, x;
