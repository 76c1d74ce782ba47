-- who follows the rules of a real collector that is here, too: the same claims but for how it varies, and in this run as many
-- collections on every workload
with claim as (
  select s.name, (select group_concat(name) from (select name from trait where strategy = s.name and name <> 'varies' order by name)) claims,
         exists (select 1 from trait where strategy = s.name and name = 'varies') varies
  from strategy s where exists (select 1 from trait where strategy = s.name and name = 'generational')),
pair as (select m.name model, r.name real from claim m join claim r on r.claims = m.claims and r.varies and not m.varies),
cost as (
  select p.model, p.real, exp(avg(ln(r.ratio / m.ratio))) factor, min(r.ratio / m.ratio) least, max(r.ratio / m.ratio) most, count(*) many
  from pair p join rated m on m.series = p.model and m.goal = 'CPU' join rated r on r.series = p.real and r.panel = m.panel and r.goal = 'CPU'
  left join figure c on c.cell = m.cell and c.metric = 'collections' left join figure d on d.cell = r.cell and d.metric = 'collections'
  group by p.model, p.real having min(coalesce(c.median = d.median, 0)))
select 'Times of a model' what, '' answer, model || ' follows the rules of ' || real || ', with as many collections on ' ||
       iif(many = 1, 'the workload', 'each of ' || many || ' workloads') || '. Its times are those of plain C: for times of the original see ' || real ||
       ', which takes ' || si(factor, 'ratio') || ' the CPU time of ' || model || ' in this run' ||
       iif(many = 1, '', ' (' || si(least, 'ratio') || ' to ' || si(most, 'ratio') || ')') || '.' sentence
from cost;
