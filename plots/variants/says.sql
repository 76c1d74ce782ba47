-- each variant against the default in words: only what is told apart is called more or less; collections are counted
with said as (
  select v.*, m.title, iif(v.metric = 'collections', v.ratio_high < 1 or v.ratio_low > 1, d.differs) clear
  from varied v join metric m on m.name = v.metric
  join json_each('["cpu_ns_per_step", "rss_peak_bytes", "latency_p99_ns", "collection_cpu_max_ns", "collections"]') w on w.value = v.metric
  left join pairing p on p.kind = 'variant' and p.metric = v.metric and p.cell = v.cell and p.other = v.other left join differing d on d.id = p.id
  where v.against = 'default' order by w.key)
select s.name || ' on ' || c.workload || ', ' || c.strategy || iif(c.backing = u.backing, '', ' on ' || c.backing) what,
       coalesce(group_concat(iif(clear, title || ' ' || si(ratio, 'ratio') || ' the default''s', null), ', '), 'nothing is told apart from the default') ||
       coalesce('; not told apart: ' || group_concat(iif(clear, null, title), ', '), '') || '.' sentence
from said s join cells c on c.id = s.cell, usual u group by s.cell order by s.place, c.place;
