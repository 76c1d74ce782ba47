-- one row for each incident, as the README has them (make readme), with its blocks, of which what is counted needs one. Within 2x: of what
-- was measured and reported, how much is within a factor of 2. A claim that is open does not hold, and does not miss
with first as ( -- of several sources the first, without its words
  select name, rtrim(substr(source || ' ', 1, instr(source || ' ', ' ') - 1), ',') source from incident)
select '`' || i.name || '`' incident,
       iif(f.source glob '*?/?*#[0-9]*', '[' || i.source || '](https://github.com/' || replace(f.source, '#', '/issues/') || ')', i.source) source,
       i.reported "what was reported", coalesce(i.here || '.', '') || coalesce(' ' || nullif(i.no_figure, ''), '') || coalesce(' ' || nullif(i.note, ''), '')
         || coalesce(' ' || nullif(i.cannot, ''), '') "measured here (reported)",
       iif(coalesce(i.told, 0) = 0, '-', iif(i.near = i.told, 'yes', i.near || ' of ' || i.told)) "within 2x",
       coalesce(i.blocks, '-') blocks, iif(i.many is null, 'cannot', iif(i.blocks = 1, 'seen', 'holds') || iif(i.good = i.many, '', ': ' || i.good || ' of ' || i.many || iif(i.open, ', ' || i.open || ' open', ''))) verdict,
       shown
from incident_answer i join first f on f.name = i.name order by i.place;
