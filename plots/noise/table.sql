-- one cell under two names: the ratio of the two and its interval, of the pair with the widest; and half the width of an
-- interval as a share of its median, of the middle cell and of the worst
with asked as (
  select key place, value metric from json_each('["cpu_ns_per_step", "latency_p99_ns", "latency_p999_ns", "collection_cpu_max_ns",
    "rss_peak_bytes", "latency_p50_ns", "steps_per_second"]')),
again as (
  select a.place, p.metric, d.ratio, d.low, d.high, d.differs, r.key,
         row_number() over (partition by p.metric order by ln(d.high / d.low) desc) wide, max(d.differs) over (partition by p.metric) apart
  from asked a join pairing p on p.metric = a.metric and p.kind = 'again' join differing d on d.id = p.id
  join repeated r on r.cell = p.other and r.second = p.cell where d.n > 1),
width as (
  select f.cell, asked.place, metric, (high - low) / 2 / f.median half
  from figure f join asked using (metric) join cells c on c.id = f.cell where f.median > 0 and n > 1),
cells_of as (
  select place, metric, median(half) usual, max(half) widest,
         (select c.key from width w join cell c on c.id = w.cell where w.metric = width.metric order by half desc) cell
  from width group by metric)
select u.title metric, g.ratio "the same twice__ratio", g.low "from__ratio", g.high "to__ratio", iif(g.apart, 'told apart', '') "and that is",
       usual "half an interval__fraction", widest "at most__fraction", cell "of the cell", g.key "twice was"
from cells_of c join metric u on u.name = c.metric left join again g on g.metric = c.metric and g.wide = 1 order by c.place;
