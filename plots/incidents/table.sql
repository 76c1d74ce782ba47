-- reported beside measured, to three digits; what cannot be shown is a row. What a terminal of 80 columns has, comes first
select i.name incident, coalesce(v.what, '') claim, coalesce(v.verdict, 'cannot') verdict,
       coalesce(v.reported, '') reported, case when v.id is null then '' when v.median is not null then cast(printf('%.3g', v.median) as real) end measured, iif(v.n < 2, null, v.low) measured_low,
       iif(v.n < 2, null, v.high) measured_high,
       iif(v.id is null, '', 'at ' || iif(v.at_most is null, 'least ', 'most ') || printf('%.6g', coalesce(v.at_most, v.at_least))) "limit"
from incident i left join limit_verdict v on v.incident = i.name order by i.place, v.id;
