-- memory, floating garbage and pauses over the time of an invocation, the one with the median average; of the pauses the longest of each of 50
-- slices of time, as fine as a strip shows. The clock stops at three times the median run, or one slow strategy would hide what
-- all others do
with ends as (select b.panel plot, b.cell, max(m.x) / 1e9 seconds from base b join typical t on t.cell = b.cell and t.metric = 'rss_average_bytes'
              join memory m using (invocation) group by b.cell),
wide as (select plot, min(max(seconds), 3 * median(seconds)) seconds from ends group by plot),
run as (select b.*, t.invocation, w.seconds from base b join typical t on t.cell = b.cell and t.metric = 'rss_average_bytes' join wide w on w.plot = b.panel),
rss as (select r.cell, 'rss' kind, slice, m.x / 1e9 time_s, m.y value, slice place from run r join memory m using (invocation) where m.x / 1e9 <= r.seconds and (slice % 4 = 0 or slice >= 199)),
pause as (
  select r.cell, 'pause' kind, 0 slice, min(s.x) / 1e9 time_s, max(s.y) value, min(s.x) place
  from run r join series s on s.invocation = r.invocation and s.kind = 'pause'
  where s.x / 1e9 <= r.seconds group by r.cell, cast(s.x / 1e9 / r.seconds * 50 as integer)),
-- one invocation counted it, whose clock is brought to this one's
floating as (
  select r.cell, 'floating' kind, 0 slice, s.x / o.ends * e.seconds time_s, s.y value, s.x place
  from run r join ends e on e.cell = r.cell join invocation i on i.cell = r.cell join series s on s.invocation = i.id and s.kind = 'floating'
  join (select invocation, max(x) ends from series where kind = 'rss' group by invocation) o on o.invocation = i.id
  where s.x / o.ends * e.seconds <= r.seconds and s.y > 0)
select r.panel plot, r.series panel, r.series, r.style, d.kind metric, d.time_s, d.value,
       'ends after ' || si(e.seconds * 1e9, 'ns') || ', peak ' || si(p.median, 'bytes') || coalesce(', ' || si(c.median, '') || ' pauses, longest ' || si(l.median, 'ns'), '') text
from run r join (select * from rss union all select * from pause union all select * from floating) d using (cell) join ends e on e.cell = r.cell
left join figure p on p.cell = r.cell and p.metric = 'rss_peak_bytes' left join figure c on c.cell = r.cell and c.metric = 'pause_count' and c.median > 0
left join figure f on f.cell = r.cell and f.metric = 'floating_average_bytes' and f.median > 0
left join figure l on l.cell = r.cell and l.metric = 'pause_max_ns'
order by r.workload_place, r.hue, r.series, d.kind desc, d.place;
