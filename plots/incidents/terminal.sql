-- what table.sql says, in 80 columns; where there are more, what each figure is a ratio of
select replace(i.name, rtrim(i.name, replace(i.name, '/', '')), '') incident, -- a path is long
       iif(length(v.what) > 20, substr(v.what, 1, 18) || '..', coalesce(v.what, '')) claim, coalesce(v.verdict, 'cannot') verdict,
       case when v.id is null then '' when v.median is not null then cast(printf('%.3g', v.median) as real) end measured,
       iif(v.n < 2, null, v.low) measured_low, iif(v.n < 2, null, v.high) measured_high, coalesce(v.reported, '') reported,
       iif(v.id is null, '', 'at ' || iif(v.at_most is null, 'least ', 'most ') || printf('%.6g', coalesce(v.at_most, v.at_least))) "limit",
       coalesce((select v.ours_label || ' ' || si(f.median, m.unit) from cell k join figure f on f.cell = k.id join metric m on m.name = f.metric
                 where k.key = v.ours and f.metric = v.figure), '')
       || coalesce((select ', against ' || v.against_label || ' ' || si(f.median, m.unit) from cell k join figure f on f.cell = k.id
                    join metric m on m.name = f.metric where k.key = v.against and f.metric = v.figure), '') "of"
from incident i left join limit_verdict v on v.incident = i.name order by i.place, v.id;
