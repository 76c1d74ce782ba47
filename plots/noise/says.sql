-- the floor of the noise, in a sentence; and when the same cell is told apart from itself
with again as (
  select p.metric, m.title, m.place, d.*, r.key from pairing p join differing d on d.id = p.id join repeated r on r.cell = p.other and r.second = p.cell
  join metric m on m.name = p.metric where p.kind = 'again' and d.n > 1),
floor as (
  select title || ' ' || span(min(low), max(high), 'ratio') text from again
  where metric in ('cpu_ns_per_step', 'latency_p99_ns', 'latency_p999_ns', 'collection_cpu_max_ns', 'rss_peak_bytes') group by metric order by place)
select 'Noise' what, '' answer, 'the same under two names differs by ' || (select group_concat(text, ', ') from floor) || ' (' || n || ' blocks; ' ||
       (select group_concat(key, ', ') from (select distinct key from again)) || ').' sentence
from (select max(n) n from again) where n
union all
select 'Not to be trusted', key, 'differs from itself in ' || group_concat(title || ' (' || si(ratio, 'ratio') || ', ' || span(low, high, 'ratio') || ')', ', ') ||
       ': the host changed in step with the run; run again on a quiet host.'
from again where differs group by key;
