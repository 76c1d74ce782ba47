-- each sentence, its verdict in words, what was measured for it, and what follows
select cast(s.place as text) "#", s.says "what is said", s.verdict,
       coalesce((select group_concat(what || ' ' || shown, '; ') from (select t.what, shown from told t where t.sentence = s.id and t.n is not null group by t.what, shown order by bounds, min(id))), '') measured,
       case s.verdict when 'holds' then s.yes when 'holds, with a limit' then s.limit_text when 'does not hold' then s.instead else '' end "and so"
from sentence_verdict s order by s.place;
