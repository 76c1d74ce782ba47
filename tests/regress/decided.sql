-- decided.sql - after claims.sql and results/differ.sql: the sets of claims of which one was decided, and those in which one would
-- have been by its own interval.
with judged as (
  select what, max(verdict <> 'open') decided, max(high < at_most or low > at_most) alone from limit_verdict group by what)
select case what % 3 when 0 then 'normal, alike' when 1 then 'normal' else 'heavy tails' end noise, count(*) sets, sum(decided) decided, printf('%.2f %%', 100.0 * avg(decided)) share,
       sum(alone) by_their_own_interval, printf('%.1f %%', 100.0 * avg(alone)) share_of_those
from judged group by what % 3
union all
select 'all', count(*), sum(decided), printf('%.2f %%', 100.0 * avg(decided)), sum(alone), printf('%.1f %%', 100.0 * avg(alone)) from judged;
