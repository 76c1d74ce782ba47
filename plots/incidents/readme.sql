-- one row for each incident, as the README has them (make readme)
with said as (
  select v.incident, group_concat(v.what || ' **' || printf('%.2g', v.median) || '**' || iif(v.reported is null, '', ' (' || printf('%.3g', v.reported) || ')'), '; ') here,
         sum(v.verdict = 'holds') holds, count(*) many, group_concat(distinct v.verdict) verdicts
  from (select * from limit_verdict where n is not null order by id) v group by v.incident),
first as ( -- of several sources the first, without its words
  select name, rtrim(substr(source || ' ', 1, instr(source || ' ', ' ') - 1), ',') source from incident)
select '`' || i.name || '`' incident,
       iif(f.source glob '*?/?*#[0-9]*', '[' || i.source || '](https://github.com/' || replace(f.source, '#', '/issues/') || ')', i.source) source,
       i.reported "what was reported", coalesce(s.here || iif(i.cannot = '', '', '. ' || i.cannot), i.cannot) "measured here (reported)",
       iif(s.holds is null, 'cannot', iif(s.holds = s.many, 'holds', s.holds || ' of ' || s.many || ' hold')) verdict
from incident i join first f on f.name = i.name left join said s on s.incident = i.name order by i.place;
