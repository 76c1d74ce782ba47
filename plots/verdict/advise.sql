-- which strategy is cheapest within limits: :memory times the least memory, in the mean over workloads; p99.9 of a step within :p999_ns on
-- every workload; NULL: no limit. :workload: that one alone. First are those that keep to all limits, cheapest first
with asked as (select *, 1 one from rated where workload = :workload or (:workload is null and panel in (select panel from common))),
p999 as (
  select b.series, count(f.median) = count(*) known, max(f.median) ns, b.workload on_workload
  from base b left join figure f on f.cell = b.cell and f.metric = 'latency_p999_ns'
  where b.panel in (select panel from asked) group by b.series),
mean as (
  select series, min(sound) sound, max(garbage) garbage, exp(avg(iif(goal = 'CPU', ln(ratio), null))) cpu, exp(avg(iif(goal = 'memory', ln(ratio), null))) memory
  from asked group by series having sum(goal = 'CPU') = (select count(distinct panel) from asked)),
judged as (
  select m.*, ns, on_workload, case
    when garbage > 0 then 'leaves garbage behind'
    when not sound then 'unknown whether it leaves garbage'
    when :memory is not null and memory > :memory then 'takes more memory'
    when :p999_ns is not null and not known then 'p99.9 is unknown: too few steps'
    when :p999_ns is not null and ns > :p999_ns then 'p99.9 is longer on ' || on_workload
    end but
  from mean m join p999 using (series)),
ranked as (select *, row_number() over (order by but is not null, not sound, cpu) rank from judged),
compared as (
  select p.cell one, p.other two, d.differs from pairing p join differing d on d.id = p.id where p.kind = 'overall' and p.metric = 'CPU' and :workload is null
  union all
  select a.series, b.series, d.differs from pairing p join differing d on d.id = p.id
  join held a on a.cell = p.cell and a.goal = 'CPU' join held b on b.cell = p.other and b.goal = 'CPU'
  where p.kind = 'contest' and p.metric = 'cpu_ns_per_step' and a.workload = :workload)
select r.series strategy, case when but is not null then but when rank = 1 then 'take this'
         when exists (select 1 from compared where not differs and ((one = r.series and two = f.series) or (one = f.series and two = r.series))) then 'not told apart from it'
         when rank = 2 then 'next best' else 'keeps within, too' end verdict,
       cpu CPU__ratio, memory memory__ratio, ns "worst p99.9__ns"
from ranked r, (select series from ranked where rank = 1) f order by rank;
