-- draws.sql, results/differ.sql, power.sql - how often `heapbench compare` calls times and memory worse, from a run of two
-- builds that are the same: 200 comparisons are drawn from its 60 real pairs, of 20 each, without replacement; head's values
-- are then multiplied by 1, 1.05, 1.1, 1.2, 1.3. What differs is asked of results/differ.sql, as compare does; the floor of
-- a comparison comes from 20 other pairs. Draws of one run share its pairs, so 200 of them tell less than 200 runs would;
-- and nothing of how the host changes from one run to the next, for which pairs run side by side. The figures of the README
-- are of 12 cells on one host, and of pairs that were there when the rule and its bounds were chosen: they are no test on
-- fresh data.
drop table paired; -- those of the page
drop table differing;
create temp table placed as
with recursive draw(n) as (select 1 union all select n + 1 from draw where n < 200),
pair as (
  select c.key, m.metric, m.block, h.value / m.value ratio from measured m join cells c on c.id = m.cell
  join cells d on d.key = c.key || '@build=head' join measured h on h.cell = d.id and h.block = m.block and h.metric = m.metric
  where m.metric in ('cpu_ns_per_step', 'latency_p99_ns', 'latency_p999_ns', 'pause_cpu_max_ns', 'rss_peak_bytes') and m.value > 0)
-- A linear congruence scatters the blocks; all cells of a draw have the same blocks, as in a run.
select n, key, metric, ratio, row_number() over (partition by n, key, metric order by (n * 7919 + block * 104729) * 48271 % 2147483647) place
from draw cross join pair;
-- one comparison of a metric is a family, and its cells spread alike
create temp table paired as
select printf('%d %g %s %s', n, x.value, metric, p.key) id, printf('%d %g %s', n, x.value, metric) family,
       printf('%d %g %s', n, x.value, metric) metric, ln(ratio * x.value) x, n, x.value factor, metric name
from placed p cross join json_each('[1.0, 1.05, 1.1, 1.2, 1.3]') x where place <= 20;
