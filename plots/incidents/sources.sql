-- where each incident comes from, and in words what was reported, what came of it here and what is not shown
select i.name incident, i.source, i.doc "in small", i.reported,
       coalesce((select group_concat(v.text || ': ' || v.verdict, '; ') from limit_verdict v where v.incident = i.name and v.text <> ''), '') here,
       i.cannot "not shown"
from incident i order by i.place;
