select c.key cell, outcome, (select detail from invocation i where i.cell = c.id and i.outcome <> 'ok' order by block)
       "the first one says"
from cells c join ending e on e.cell = c.id where outcome not in ('ok', 'never ran')
and c.id not in (select cell from roomed where lost) -- which are drawn at infinity
order by c.place;
