-- power.sql - after draws.sql and results/differ.sql: how often a comparison is called worse by the rule of results/compare.sql.
with floor as (
  select n, metric, median(away) floor from (
    select n, key, metric, abs(median(ratio) - 1) away from placed where place > 20 and place <= 40 group by n, key, metric)
  group by n, metric),
called as (
  select p.n, p.factor x, p.name metric, d.low > 1 and d.ratio > 1 + max(0.1, 3 * f.floor) and
         (d.differs or p.name in ('cpu_ns_per_step', 'rss_peak_bytes')) called
  from (select distinct id, n, factor, name from paired) p join differing d using (id) join floor f on f.n = p.n and f.metric = p.name)
select metric, printf('%.0f %%', 100 * (x - 1)) worse, count(*) comparisons, sum(called) called, printf('%.2f %%', 100.0 * avg(called)) share,
       count(distinct iif(called, n, null)) runs_with_one
from called group by metric, x order by metric, x;
