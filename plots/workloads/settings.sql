select owner workload, s.name parameter, label "default", unit, doc meaning
from setting s join workload w on w.name = owner and w.place is not null where kind = 'param' order by w.place, s.place;
