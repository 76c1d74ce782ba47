-- a tunable that several strategies have alike is one row
select name tunable, label "default", unit, doc meaning, group_concat(owner, ', ') strategies
from (select * from setting where kind = 'tunable' order by owner, place) group by name, label, unit, doc order by min(owner), min(place);
