-- time against memory; the series `front`, of style 0, is the line through the points that none beats in both
with drawn as (
  select p.*, strategy series, s.style from point p join strategy s on s.name = strategy
  union all select p.*, 'front', 0 from point p where front)
select panel, series, style, iif(tunables = '', 'default', tunables) tunables, base,
       max(rss, 4096) rss, max(coalesce(rss_low, rss), 4096) rss_low, max(coalesce(rss_high, rss), 4096) rss_high,
       cpu, coalesce(cpu_low, cpu) cpu_low, coalesce(cpu_high, cpu) cpu_high, backing
from drawn order by workload_place, style = 0, series, drawn.rss;
