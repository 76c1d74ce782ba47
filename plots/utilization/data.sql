-- the program's share of the worst window, by the window's length. A panel for each family, all of a workload on the same axes
with curve as (
  select b.cell, s.x window_ns, median(s.y) share, low(s.y) low, high(s.y) high, count(*) n
  from base b join invocation i on i.cell = b.cell and i.outcome = 'ok'
  join series s on s.invocation = i.id and s.kind = 'mmu' group by b.cell, s.x)
select panel plot, replace(family, ' ', '-') panel, series, style, panel || ': ' || family title, window_ns, share,
       coalesce(c.low, share) share_low, coalesce(c.high, share) share_high, min(window_ns) over one shortest, max(window_ns) over one longest,
       coalesce('1 ms ' || si(a.median, 'fraction'), '') || coalesce(', 10 ms ' || si(f.median, 'fraction'), '') ||
       coalesce(', 100 ms ' || si(g.median, 'fraction'), '') text
from curve c join base b on b.cell = c.cell left join figure a on a.cell = b.cell and a.metric = 'bmu_1ms'
left join figure f on f.cell = b.cell and f.metric = 'bmu_10ms' left join figure g on g.cell = b.cell and g.metric = 'bmu_100ms'
where c.n = (select count(*) from invocation i where i.cell = c.cell and i.outcome = 'ok')
window one as (partition by panel) order by workload_place, hue, series, window_ns;
