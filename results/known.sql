-- known.sql - what is known of a run that could make its numbers worse, for trust.sql. what: of a fact about a cell, its key; its value
-- is then the lower end of the interval over blocks, so that what is above a limit is above it for sure.
create temp view known(name, value, what) as
select 'commit', commit_id, null from machine union select 'build', build, null from machine
union select 'cpu', cpu, null from machine union select 'kernel', kernel, null from machine
union all select * from (select 'cpus', cpus, null from machine order by id desc limit 1)
union all select * from (select 'thp', thp, null from machine order by id desc limit 1)
union all select * from (select 'governor', governor, null from machine order by id desc limit 1)
union all select * from (select 'allocator', allocator, null from machine where allocator <> '' order by id limit 1)
union all select 'hosts', count(distinct host), null from machine
union all select 'load_others', max(load1) - 1, null from invocation -- 1 of it is the benchmark itself
union all select 'stolen_share', avg(value), null from invocation i cross join value v on v.invocation = i.id and v.metric = 'stolen_share'
union all select 'runs', max(value), null from invocation i cross join value v on v.invocation = i.id and v.metric = 'others'
union all select 'waited_share', coalesce(low(1 - c.value * r.value / 1e9), median(1 - c.value * r.value / 1e9)), key
from cell cross join invocation i on i.cell = cell.id and i.outcome = 'ok'
cross join value c on c.invocation = i.id and c.metric = 'cpu_ns_per_step' cross join value r on r.invocation = i.id and r.metric = 'steps_per_second'
where not exists (select 1 from configuration f where f.id = cell.configuration and f.load > 0) -- which has it wait on purpose
group by cell.id
union all select 'preemptions', coalesce(f.low, f.median), key from cell cross join figure f on f.cell = cell.id and f.metric = 'preemptions_per_second'
union all select 'pause_spread', median(high / low), null
from (select max(value) high, min(value) low from invocation i cross join value v on v.invocation = i.id and v.metric = 'collection_cpu_max_ns'
      where outcome = 'ok' group by cell having count(*) > 1)
where low > 0
union all select 'blocks', max(n), null from figure
union all select 'coverage', coverage(max(n)), null from figure
union all select name, value, null from run where name in ('damaged', 'strays', 'cut', 'cut_least')
union all select 'planned', r.value * (select count(*) from cell) - coalesce((select value from run where name = 'cut_missing'), 0), null
from run r where r.name = 'blocks'
union all select 'peakless', count(*), null from invocation i where outcome = 'ok'
 and exists (select 1 from value v where v.invocation = i.id and v.metric = 'rss_end_bytes') -- who knows nothing says nothing
 and not exists (select 1 from value v where v.invocation = i.id and v.metric = 'rss_peak_bytes')
union all select 'done', count(*), null from invocation;
