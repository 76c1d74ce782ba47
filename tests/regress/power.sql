-- power.sql - how often `heapbench compare` calls times and memory worse, from a run of two builds that are the same: 200 comparisons are
-- drawn from its 60 real pairs, of 20 each, without replacement; head's values are then multiplied by 1, 1.05, 1.1, 1.2, 1.3. The rule is that of
-- results/compare.sql; the floor of a comparison comes from 20 other pairs. Draws of one run share its pairs, so 200 of them tell less than 200
-- runs would; and nothing of how the host changes from one run to the next, for which pairs run side by side. The figures of the README
-- are of 12 cells on one host, and of pairs that were there when the rule and its bounds were chosen: they are no test on fresh data.
with recursive draw(n) as (select 1 union all select n + 1 from draw where n < 200),
factor(x) as (values (1.0), (1.05), (1.1), (1.2), (1.3)),
pair as (
  select c.key, m.metric, m.block, h.value / m.value ratio from measured m join cells c on c.id = m.cell
  join cells d on d.key = c.key || '@build=head' join measured h on h.cell = d.id and h.block = m.block and h.metric = m.metric
  where m.metric in ('cpu_ns_per_step', 'latency_p99_ns', 'latency_p999_ns', 'pause_cpu_max_ns', 'rss_peak_bytes') and m.value > 0),
-- A linear congruence scatters the blocks; all cells of a draw have the same blocks, as in a run.
placed as (select n, key, metric, ratio, row_number() over (partition by n, key, metric order by (n * 7919 + block * 104729) * 48271 % 2147483647) place
           from draw cross join pair),
floor as (select n, metric, median(away) floor from (select n, key, metric, abs(median(ratio) - 1) away from placed
          where place > 20 and place <= 40 group by n, key, metric) group by n, metric),
sample as (select n, x, key, metric, ratio * x ratio from placed cross join factor where place <= 20),
one as (select n, x, key, metric, count(*) pairs, median(ratio) ratio, low(ratio) low, avg(ln(ratio)) mean, spread(ln(ratio)) spread
        from sample group by n, x, key, metric),
usual as (select n, x, metric, median(spread) usual from one group by n, x, metric),
judged as (select *, paired_p(mean, max(spread, usual), pairs) p from one join usual using (n, x, metric)),
corrected as (select *, max(min(1, p * (many - rank + 1))) over (partition by n, x, metric order by rank) holm from (
  select *, row_number() over (partition by n, x, metric order by p) rank, count(*) over (partition by n, x, metric) many from judged)),
called as (select c.*, c.low > 1 and c.ratio > 1 + max(0.1, 3 * f.floor) and
                  (c.holm <= 0.05 or c.metric in ('cpu_ns_per_step', 'rss_peak_bytes')) called from corrected c join floor f using (n, metric))
select metric, printf('%.0f %%', 100 * (x - 1)) worse, count(*) comparisons, sum(called) called, printf('%.2f %%', 100.0 * avg(called)) share,
       (select count(distinct n) from called d where d.metric = c.metric and d.x = c.x and called) runs_with_one
from called c group by metric, x order by metric, x;
