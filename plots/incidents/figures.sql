-- each figure that an incident claims something of, for each of its configurations
select c.incident, c.label configuration, m.name across, f.median, f.low, f.high, f.n,
       iif(c.key is null, 'not here', coalesce(e.outcome, 'never ran')) outcome
from incident_cell c
join (select distinct incident, figure name from incident_claim union select incident, per from incident_claim where per is not null) w
  on w.incident = c.incident
join metric m on m.name = w.name left join cell k on k.key = c.key left join figure f on f.cell = k.id and f.metric = m.name
left join ending e on e.cell = k.id order by c.place, m.place;
