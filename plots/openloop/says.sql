-- at each load who has the least p99 response, who is not told apart from it, who is behind, and whose backlog grew
with said as (
  select d.*, s.standing, s.ratio, s.low, s.high, f.median, (select avg(value) from measured v where v.cell = d.cell and v.metric = 'saturated') grew
  from driven d left join standing s on s.contest = 'open ' || d.panel || ' ' || d.load and s.metric = 'response_p99_ns' and s.cell = d.cell
  left join figure f on f.cell = d.cell and f.metric = 'response_p99_ns' order by d.load, s.ratio, d.series),
one as (
  select workload_place, panel, load,
         max(iif(standing = 'best', series || ' (' || si(median, 'ns') || ')', null)) best,
         group_concat(iif(standing = 'open', series, null), ', ') near,
         group_concat(iif(standing = 'behind', series || ' (' || si(ratio, 'ratio') || ', ' || span(low, high, 'ratio') || ')', null), ', ') behind,
         group_concat(iif(standing is null and coalesce(grew, 0) <= 0.5, series, null), ', ') unranked,
         group_concat(iif(grew > 0.5, series, null), ', ') saturated
  from said group by panel, load having count(*) > 1)
select panel || ', load ' || load || ', p99 response' what, coalesce(best, 'nobody is ranked') answer,
       iif(best is null, '', 'has the least') || coalesce('; not told apart from it: ' || near, '') || coalesce('; behind: ' || behind, '') ||
       coalesce('; not ranked: ' || unranked, '') || coalesce('; saturated in most blocks: ' || saturated, '') || '.' sentence
from one order by workload_place, panel, load;
