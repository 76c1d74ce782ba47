-- strategies of one kind (they claim the same traits and share most of their tunables) and set alike (they agree in all
-- that they share), of which one clearly needs more memory
with kind as (
  select s.name, (select group_concat(name) from (select name from trait where strategy = s.name and name <> 'varies'
                                                  order by name)) traits from strategy s),
pair as (
  select a.plot, a.row, a.label subject, b.label object, a.cell more, b.cell less
  from contender a join contender b on b.plot = a.plot and b.row > a.row and b.strategy <> a.strategy
  join kind x on x.name = a.strategy join kind y on y.name = b.strategy and y.traits is x.traits
  where 1 = (select min(coalesce(setting_in(a.tunables, s.name), s.label) = coalesce(setting_in(b.tunables, t.name), t.label))
             from setting s join setting t on t.name = s.name and t.kind = 'tunable' and t.owner = b.strategy
             where s.kind = 'tunable' and s.owner = a.strategy
             having 2 * count(*) > (select max(n) from (select count(*) n from setting where kind = 'tunable'
                                    and owner in (a.strategy, b.strategy) group by owner)))),
both as (
  select p.*, f.metric, f.median value, g.median against, f.low > g.high or f.high < g.low clear
  from pair p join figure f on f.cell = more join figure g on g.cell = less and g.metric = f.metric)
select plot, subject, object, metric, b.value, against, b.value / nullif(against, 0) ratio, clear
from both b join json_each('["rss_peak_bytes", "floating_average_objects", "collection_cpu_max_ns", "latency_p999_ns"]') m
on m.value = metric where exists (select 1 from both r where r.more = b.more and r.less = b.less and r.plot = b.plot
                                  and r.metric = 'rss_peak_bytes' and r.clear)
order by plot, row, object, m.key;
