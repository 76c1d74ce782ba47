-- where each incident comes from, in words what was reported and what came of it here, whether that shows it, and what is to be known of it
select i.name incident, i.source, i.doc "in small", i.reported,
       coalesce((select group_concat(v.text || ': ' || v.verdict, '; ') from limit_verdict v where v.incident = i.name and v.text <> ''), '') here,
       i.shown, trim(i.no_figure || ' ' || i.note) note, i.cannot "not shown"
from incident_answer i order by i.place;
