-- who follows the rules of a real collector that is here, too: the same claims but for how it varies
with claim as (
  select s.name, (select group_concat(name) from (select name from trait where strategy = s.name and name <> 'varies' order by name)) claims,
         exists (select 1 from trait where strategy = s.name and name = 'varies') varies
  from strategy s where exists (select 1 from trait where strategy = s.name and name = 'generational')),
pair as (select m.name model, r.name real from claim m join claim r on r.claims = m.claims and r.varies and not m.varies),
cost as (
  select p.model, p.real, exp(avg(ln(r.ratio / m.ratio))) factor, min(r.ratio / m.ratio) least, max(r.ratio / m.ratio) most
  from pair p join rated m on m.series = p.model and m.goal = 'CPU' join rated r on r.series = p.real and r.panel = m.panel and r.goal = 'CPU'
  group by p.model, p.real)
select 'Times of a model' what, '' answer, group_concat(model, ' and ') || ' follow the rules of ' || real || ' and make equal counts of collections, but are written '
       || 'in plain C: for times see ' || real || ' itself. In this run it takes ' || group_concat(si(factor, 'ratio') || ' the CPU time of ' || model
       || ' (' || si(least, 'ratio') || ' to ' || si(most, 'ratio') || ')', ' and ') || '.' sentence
from cost group by real;
