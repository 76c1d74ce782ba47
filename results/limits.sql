-- limits.sql - verdicts of claims with a limit: the median over blocks of ours / against, each ratio formed within a block.
-- Verdicts: holds; misses; open, where the figure is not told apart from the limit; missing, where one side was not measured.
-- And verdicts of the sentences that claims are about.
--
-- What is told apart is asked of differ.sql: how far a figure is from its limit is a pair like any other, and all claims of a
-- page or of a file are one family. So in at most 5 % of cases is any claim decided whose figure is at its limit in truth
-- (tests/regress/claims.sql). What is the same in every block needs no test.

-- claims_file: the text of a file of claims (harness/model/claims.h); claimed.sql takes it apart
create temp table claims_file(json text);
-- asked: what each claim is about, a row for each cell that is of a pattern of its `ours`, and a row for a pattern of no cell, which is then
-- missing. filled(pattern, key, other): `other` with what the * of the pattern are in the key; NULL where the key is not of the
-- pattern. settled(key): as the run knows the cell. "@base": the same cell of the plan's own build
create temp view asked as
with claim as (
  select c.key + 1 claim, c.value json, o.key pattern, settled(o.value) named, c.value ->> 'against' against
  from claims_file f, json_each(f.json, '$.claims') c, json_each(iif(json_type(c.value, '$.ours') = 'array', c.value -> 'ours',
                                                                       json_array(c.value ->> 'ours'))) o),
cell as (
  select c.*, k.place, coalesce(k.key, c.named) ours, coalesce(filled(c.named, k.key, c.against), c.against) other
  from claim c left join cells k on filled(c.named, k.key, '') is not null
    and not exists (select 1 from trait t where t.strategy = k.strategy and t.name = c.json ->> 'without')),
build as (select *, instr(ours, '@build=') b, instr(substr(ours, instr(ours, '@build=') + 1), '@') rest from cell)
select claim, pattern, place, json, ours, coalesce(json ->> 'equals', 0) equals, settled(case
    when json_type(json, '$.against') is not 'text' then null when other = '@baseline' then ours when other <> '@base' then other
    when b then substr(ours, 1, b - 1) || iif(rest, substr(ours, b + rest), '') else ours end) against
from build;

-- what, text: of the claim. claim: its place in the file. per: a metric, or NULL for per_number. incident and the columns up to
-- reported: of a claim of an incident. sentence: what the claim is about; bounds: it tests where the sentence ends
create temp table limited(id integer primary key, claim integer, what text, text text, figure text, ours text, against text, against_number real,
                          per text, per_number real, unit text, at_most real, at_least real, incident text, ours_label text,
                          against_label text, reported real, sentence text, bounds integer);
-- limit_text: said when it holds with a limit; instead: when it does not hold
create temp table sentence(place integer primary key, id text unique, says text, yes text, limit_text text, instead text, source text);

-- what a figure is divided by is of the same block, or of the one that counted it: counters are the same in each
create temp view divisor as
select m.cell, m.block, p.metric, coalesce((select value from measured s where s.cell = m.cell and s.block = m.block and
         s.metric = p.metric), (select min(value) from measured s where s.cell = m.cell and s.metric = p.metric)) value
from (select distinct cell, block from measured where cell in (
        select k.id from limited l join cell k on k.key in (l.ours, l.against))) m
join (select distinct per metric from limited) p;
create temp view ratio as
select c.id, o.block, o.value / coalesce(po.value, c.per_number)
       / case when c.against_number is not null then c.against_number when c.against is null then 1
              -- a left join of `measured` would make a copy of it
              else (select value from measured a where a.cell = ka.id and a.block = o.block and a.metric = c.figure)
                   / coalesce(pa.value, c.per_number) end ratio
from limited c
cross join cell ko on ko.key = c.ours cross join measured o on o.cell = ko.id and o.metric = c.figure
left join divisor po on po.cell = o.cell and po.block = o.block and po.metric = c.per
left join cell ka on ka.key = c.against
left join divisor pa on pa.cell = ka.id and pa.block = o.block and pa.metric = c.per
where c.per is null or (po.value is not null and (c.against is null or pa.value is not null));
create temp view bound as
select c.*, n, median, coalesce(low, median) low, coalesce(high, median) high from limited c
left join (select id, count(*) n, median(ratio) median, low(ratio) low, high(ratio) high
           from ratio where ratio is not null group by id) r on r.id = c.id;
-- for differ.sql: the logarithm of how many times its limit a figure is, in a block. What is far below counts as a thousandth,
-- for it may be 0
create temp view limit_pair as
select 'claim ' || id id, 'claims' family, 'claim ' || figure || iif(against is null, '', ' ratio') metric,
       ln(max(ratio / coalesce(at_most, at_least), 0.001)) x, block
from ratio join limited using (id) where ratio is not null and coalesce(at_most, at_least) > 0;
-- What is counted is the same in every block, so one says it; of a time, or of resident memory, one block says nothing.
create temp view exact_metric as
select name from metric
where source = 'counter' or name glob 'leaked*' or name glob 'floating*' or name = 'answer'
   or unit in ('objects', 'instructions', 'collections', 'pauses', 'steps');
-- after differ.sql. Against a limit of 0 there is no ratio: its interval alone decides
create temp view limit_verdict as
select b.*, case when n is null then 'missing'
    when not (coalesce(differs, 0) or (low = high and figure in (select name from exact_metric)) or (n > 1 and coalesce(at_most, at_least) <= 0)) then 'open'
    when high <= at_most or low >= at_least then 'holds'
    when low > at_most or high < at_least then 'misses' else 'open' end verdict
from bound b left join (select id claimed, differs from differing) d on claimed = 'claim ' || b.id;
-- what was measured, in words: "0.27x (0.26x to 0.29x)"
create temp view told as
select *, iif(n is null, 'not measured', si(median, mark) ||
              iif(n > 1 and low < high, ' (' || si(low, mark) || ' to ' || si(high, mark) || ')', '')) shown
from (select v.*, case when v.unit <> '' then v.unit when v.against is not null or v.against_number is not null then 'ratio'
                       when v.per is null then m.unit else '' end mark
      from limit_verdict v left join metric m on m.name = v.figure);
create temp view sentence_verdict as
select s.*, case
    when coalesce(sum(not bounds), 0) = 0 or sum(not bounds and verdict = 'missing') = sum(not bounds) then 'not measured in this run'
    when sum(not bounds and verdict = 'misses') then 'does not hold'
    when sum(not bounds and verdict = 'open') then 'not resolved'
    when sum(not bounds and verdict = 'missing') then 'partly measured'
    when sum(bounds and verdict = 'holds') then 'holds, with a limit'
    else 'holds' end verdict
from sentence s left join limit_verdict v on v.sentence = s.id group by s.id;
