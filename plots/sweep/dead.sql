-- knobs that change nothing: they are not drawn
select 'No effect seen' what, axis answer, 'on ' || group_concat(panel || ' with ' || series, ', ') ||
       ': CPU time, memory, floating garbage, the tail and the longest collection stay within 5 %, or within their intervals.' sentence
from (select plot axis, panel, series from acting where kind = 'tunable' and not acts) group by axis;
