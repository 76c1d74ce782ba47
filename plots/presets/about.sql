-- the first one is unfolded
select plot, panel title, upper(substr(doc, 1, 1)) || substr(doc, 2) doc, iif(params = '', '', 'Parameters of ' || c.workload || ': ' || params || '. ') || 'A step is ' || step_is settings,
       iif(c.first = (select min(place) from contender), ' open', '') open
from (select plot, panel, doc, workload, params, min(place) first from contender group by plot) c join workload w on w.name = c.workload;
