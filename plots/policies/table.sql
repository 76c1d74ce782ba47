select plane plot, name "collects", si(c.median, 'ns') "CPU a step", iif(p.cell = p.usual, 1, m.ratio) CPU__ratio, m.low CPU__ratio_low, m.high CPU__ratio_high,
       si(r.median, 'bytes') "peak memory", iif(p.cell = p.usual, 1, n.ratio) memory__ratio, n.low memory__ratio_low, n.high memory__ratio_high, si(t.median, 'ns') tail,
       iif(p.cell = p.usual, 1, o.ratio) tail__ratio, o.low tail__ratio_low, o.high tail__ratio_high, si(l.median, 'ns') "longest collection", g.median collections__
from policy p left join figure c on c.cell = p.cell and c.metric = 'cpu_ns_per_step' left join figure r on r.cell = p.cell and r.metric = 'rss_peak_bytes'
left join figure t on t.cell = p.cell and t.metric = p.tail left join figure l on l.cell = p.cell and l.metric = 'collection_cpu_max_ns'
left join figure g on g.cell = p.cell and g.metric = 'collections'
left join against m on m.cell = p.cell and m.metric = 'cpu_ns_per_step' left join against n on n.cell = p.cell and n.metric = 'rss_peak_bytes'
left join against o on o.cell = p.cell and o.metric = p.tail order by workload_place, plane, place;
