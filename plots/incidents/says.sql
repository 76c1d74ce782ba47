-- how many show what was reported; what is not shown, and why
with sum as (
  select count(*) many, sum(shown <> 'no') good, sum(shown = 'which way') way
  from incident_answer)
select 'Incidents' what, good || ' of ' || many answer, 'show what was reported, which way and within a factor of two'
       || iif(way, ': ' || way || ' of them which way alone, where the report has no figure', '') || '.' sentence
from sum where many
union all
select * from (select 'Not shown', name, ': ' || coalesce(nullif(cannot, ''), iif(many is null, 'it did not run.',
         iif(good < many, good || ' of ' || many || ' claims hold.', near || ' of ' || told || ' figures are within a factor of two.')))
  from incident_answer where shown = 'no' order by place);
