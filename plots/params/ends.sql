-- leaked memory from one end of a parameter to the other. It is a count, the same in each run of a strategy that does not vary:
-- any difference is one
with stop as (
  select *, min(x) over (partition by plot, panel) first, max(x) over (partition by plot, panel) last
  from swept where kind = 'param')
select a.plot, 'With ' || a.setting || ' from ' || a.label || ' to ' || b.label what, f.metric, a.series subject,
       f.median before, g.median after,
       f.median <> g.median and not exists (select 1 from trait t where t.strategy = a.strategy and t.name = 'varies') differs
from stop a join stop b on b.id = a.id and a.x = a.first and b.x = b.last
join figure f on f.cell = a.cell and f.metric = 'leaked_bytes' join figure g on g.cell = b.cell and g.metric = f.metric
where not exists (select 1 from stop s where s.plot = a.plot and s.setting = a.setting and s.x in (s.first, s.last) and not exists (
  select 1 from figure l where l.cell = s.cell and l.metric = 'leaked_bytes')) -- nobody is told where somebody is unknown
order by a.id;
