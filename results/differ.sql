-- differ.sql - which of many pairs differ, from `paired`(id, family, metric, x): x is the logarithm of a ratio within one block,
-- metric what pairs are of that spread alike, family those that are corrected together. The page, its tables and sentences,
-- `heapbench compare` of tails and pauses, and claims (limits.sql), whose pair is a figure and its limit, ask here.
--
-- A pair differs when its p (harness/base/stats.h), corrected by Holm's procedure for all pairs of its family, is at most 0.05,
-- and its interval does not hold 1. So in at most 5 % of runs is anything of a family called different that is not. A pair's
-- spread counts as no smaller than that of the median pair of its metric. n: blocks; low, high: of the ratio; corrected: p as
-- corrected
create temp table differing as
with one as (
  select id, family, metric, count(*) n, avg(x) mean, spread(x) spread, exp(median(x)) ratio, exp(low(x)) low, exp(high(x)) high
  from paired where x is not null group by id),
usual as (select metric, median(spread) spread from one group by metric),
tested as (
  select o.*, paired_p(mean, max(o.spread, u.spread), n) p from one o left join usual u on u.metric = o.metric),
stepped as (
  select *, p * (count(p) over (partition by family) - row_number() over (partition by family order by p is null, p) + 1) step from tested),
corrected as (
  select *, iif(p is null, null, min(1, max(step) over (partition by family order by p is null, p rows unbounded preceding))) corrected from stepped)
select id, n, ratio, low, high, spread, p, corrected, coalesce(corrected <= 0.05 and (low > 1 or high < 1), 0) differs from corrected;
create unique index differing_of on differing(id);
