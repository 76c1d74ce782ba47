-- what each sentence stands on
select sentence, what claim, verdict, shown measured, iif(at_most is null, 'at least ', 'at most ') || printf('%.6g', coalesce(at_most, at_least)) "limit",
       iif(bounds, 'where it ends', 'that it holds') tests, ours cell, coalesce(against, '') against
from told where sentence is not null order by id;
