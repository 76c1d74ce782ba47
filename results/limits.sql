-- limits.sql - verdicts of claims with a limit, from `limited` (claims.sql, or the claims of incidents): the median over
-- blocks of ours / against, each ratio formed within a block. Verdicts: holds; misses; open, where the interval covers the
-- limit; missing, where one side was not measured.

create temp view ratio as
select c.id, o.value / coalesce(po.value, c.per_number)
       / case when c.against_number is not null then c.against_number when c.against is null then 1
              else a.value / coalesce(pa.value, c.per_number) end ratio
from limited c
join cell ko on ko.key = c.ours join measured o on o.cell = ko.id and o.metric = c.figure
left join measured po on po.cell = o.cell and po.block = o.block and po.metric = c.per
left join cell ka on ka.key = c.against
left join measured a on a.cell = ka.id and a.block = o.block and a.metric = c.figure
left join measured pa on pa.cell = a.cell and pa.block = a.block and pa.metric = c.per
where c.per is null or po.value is not null;
create temp view bound as
select c.*, n, median, coalesce(low, median) low, coalesce(high, median) high from limited c
left join (select id, count(*) n, median(ratio) median, low(ratio) low, high(ratio) high
           from ratio where ratio is not null group by id) r on r.id = c.id;
create temp view limit_verdict as
select *, case when n is null then 'missing'
               when high <= at_most or low >= at_least then 'holds'
               when low > at_most or high < at_least then 'misses' else 'open' end verdict from bound;

