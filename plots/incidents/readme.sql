-- one row for each incident, as the README has them (make readme), with its blocks, of which what is counted needs one. Where there was
-- one block, a claim is not judged, but seen or not. Within 2x: of what was measured and reported, how much is within a factor of 2. One that is open does not hold, and does not miss
with claim as (
  select *, iif(blocks > 1, verdict = 'holds', coalesce(median <= at_most, median >= at_least)) good
  from (select *, max(n) over (partition by incident) blocks from limit_verdict) where n is not null),
said as (
  select incident, group_concat(what || ' **' || iif(abs(median) >= 10, printf('%d', round(median)), printf('%.2g', median)) || '**' || iif(reported is null, '', ' (' || iif(abs(reported) >= 1000, printf('%d', round(reported)), printf('%.3g', reported)) || ')'), '; ') here,
         sum(good) good, sum(blocks > 1 and verdict = 'open') open, count(*) many, max(blocks) n,
         count(reported) told, sum(median between reported / 2 and reported * 2) near
  from (select * from claim order by id) group by incident),
first as ( -- of several sources the first, without its words
  select name, rtrim(substr(source || ' ', 1, instr(source || ' ', ' ') - 1), ',') source from incident)
select '`' || i.name || '`' incident,
       iif(f.source glob '*?/?*#[0-9]*', '[' || i.source || '](https://github.com/' || replace(f.source, '#', '/issues/') || ')', i.source) source,
       i.reported "what was reported", coalesce(s.here || iif(i.cannot = '', '', '. ' || i.cannot), i.cannot) "measured here (reported)",
       iif(coalesce(s.told, 0) = 0, '-', iif(s.near = s.told, 'yes', s.near || ' of ' || s.told)) "within 2x",
       coalesce(s.n, '-') blocks, iif(s.many is null, 'cannot', iif(s.n = 1, 'seen', 'holds') || iif(s.good = s.many, '', ': ' || s.good || ' of ' || s.many || iif(s.open, ', ' || s.open || ' open', ''))) verdict
from incident i join first f on f.name = i.name left join said s on s.incident = i.name order by i.place;
