-- exact.sql - null comparisons of what is exact: every two of some builds that are the same, on every cell. What strategies that vary
-- count is not compared by the gate either.
with one as (
  select replace(c.key, '@build=' || c.build, '') key, c.id, exists (select 1 from trait t where t.strategy = c.strategy and t.name = 'varies') varies
  from cells c),
two as (select a.key, a.id a, b.id b, a.varies from one a join one b on b.key = a.key and b.id > a.id),
differs as (
  select t.key, t.a, t.b, t.varies, x.metric, abs(y.value / x.value - 1) by_much, x.value <> y.value differ
  from two t join measured x on x.cell = t.a join measured y on y.cell = t.b and y.metric = x.metric and y.block = x.block
  where x.block = 0)
select 'instructions, 0.5 %' gate, count(*) comparisons, sum(by_much > 0.005) false_alarms, printf('%.4f %%', 100 * max(by_much)) most
from differs where metric = 'instructions_per_step'
union all
select 'counters, floating garbage', count(distinct a || ' ' || b), count(distinct iif(differ, a || ' ' || b, null)), '-' from differs
where not varies and metric in (select name from metric where source = 'counter' union all select 'floating_average_objects');
