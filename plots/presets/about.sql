select distinct plot, panel title, upper(substr(doc, 1, 1)) || substr(doc, 2) doc, c.workload, params, step_is
from contender c join workload w on w.name = c.workload;
