-- reported beside measured; what cannot be shown is a row with the reason
select i.name incident, coalesce(v.what, i.cannot) claim, coalesce(v.verdict, 'cannot') verdict, v.reported reported, v.median measured,
       iif(v.low is null or v.n < 2, null, printf('%.3g to %.3g', v.low, v.high)) interval,
       iif(v.id is null, '', 'at ' || iif(v.at_most is null, 'least ', 'most ') || printf('%.6g', coalesce(v.at_most, v.at_least))) "limit"
from incident i left join limit_verdict v on v.incident = i.name order by i.place, v.id;
