-- claimed.sql - the claims with a limit and the sentences of a file of claims, which is in claims_file (limits.sql), after those that are
-- there.
insert into sentence(id, says, yes, limit_text, instead, source)
select value ->> 'id', value ->> 'says', coalesce(value ->> 'yes', ''), coalesce(value ->> 'limit', ''),
       coalesce(value ->> 'instead', ''), coalesce(f.json ->> 'source', '')
from claims_file f, json_each(f.json, '$.sentences');
insert into limited(claim, what, text, figure, ours, against, against_number, per, per_number, unit, at_most, at_least, sentence, bounds)
select claim, json ->> 'what', json ->> 'text', coalesce(json ->> '$.figure[0]', json ->> 'figure'), ours, against,
       iif(json_type(json, '$.against') <> 'text', json ->> 'against', null),
       iif(json_type(json, '$.per') = 'text', json ->> 'per', null), iif(json_type(json, '$.per') <> 'text', json ->> 'per', 1),
       coalesce(json ->> 'unit', ''), json ->> 'at_most', json ->> 'at_least', json ->> 'sentence', coalesce(json ->> 'bounds', 0)
from asked where not equals order by claim, pattern, place;
