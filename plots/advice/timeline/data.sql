-- memory, and collections, now and as advised; kind: 0 memory, 1 collections
select * from (
select name || ' memory' panel, name || ' memory' series, iif(place, 33, 20) style, 0 kind, share x, live_bytes y, held_bytes high,
       (select max(held_bytes) from moment) most, 0 generation, name || ': memory' title, '' text, place from moment
union all
select name || ' pauses', name || ' pauses', iif(place, 33, 20), 1, share, ns, ns, (select max(ns) from collection), generation, name || ': collections', '', place from collection)
order by place, kind, x;
