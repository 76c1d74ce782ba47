-- reported beside measured; what cannot be shown is a row with the reason
select i.name incident, coalesce(v.what, i.cannot) claim, v.reported reported, v.median measured,
       iif(v.low is null or v.n < 2, null, printf('%.3g to %.3g', v.low, v.high)) interval,
       iif(v.at_most is null, 'at least ' || printf('%.6g', v.at_least), 'at most ' || printf('%.6g', v.at_most)) "limit",
       coalesce(v.verdict, 'cannot') verdict
from incident i left join limit_verdict v on v.incident = i.name order by i.place, v.id;
