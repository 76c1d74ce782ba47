-- claims.sql - from claims to verdicts, in temporary tables beside those of a run (schema.sql).
--
-- Two kinds of claims. One with a limit is about a metric: the median over blocks of ours / against, each ratio formed
-- within a block (limits.sql). One of equality is about values of records by their paths ("counters.rc_increments"), in each block.
-- Verdicts: holds; misses; open, where the figure is not told apart from the limit; missing, where one side was not measured.

-- ---- a limit: for differ.sql, which runs next. All claims of the file are one family
create temp table paired as select * from limit_pair;

-- ---- equality: table record has the records (harness/judge/claims_judge.c). side: 0 this run, 1 the baseline, whose block 0
-- stands for every block. claim: its place in the file
create temp table pair(claim integer, what text, ours text, against text, side integer, unique(claim, ours, against));
insert or ignore into pair
select claim, json ->> 'what', ours, against, json ->> 'against' = '@baseline' from asked where equals order by claim, pattern, place;
create temp table pattern as
select c.key + 1 claim, figure.value figure from claims_file f, json_each(f.json, '$.claims') c, json_each(
  iif(json_type(c.value, '$.figure') = 'array', c.value -> 'figure', json_array(c.value ->> 'figure'))) figure where c.value ->> 'equals';
create temp table exact(side integer, cell text, block integer, figure text, value, primary key(side, cell, figure, block))
    without rowid;
insert into exact
select side, cell, block, replace(substr(fullkey, 3), '"', ''), atom from record, json_tree(record.json) where atom is not null;
create temp view side as -- which values of which records each pair is about
select p.claim, p.what, p.ours, p.against, p.side, o.block from pair p join record o on o.side = 0 and o.cell = p.ours
where exists (select 1 from record b where b.side = p.side and b.cell = p.against
              and b.block = iif(p.side = 1, 0, o.block));
create temp view compared as
select s.*, f.figure, b.value other, o.value now
from side s
join (select side, cell, figure, block from exact) f
  on (f.side = 0 and f.cell = s.ours and f.block = s.block) or
     (f.side = s.side and f.cell = s.against and f.block = s.block) -- of the baseline: block 0 alone, which alone counts
left join exact o on o.side = 0 and o.cell = s.ours and o.block = s.block and o.figure = f.figure
left join exact b on b.side = s.side and b.cell = s.against and b.block = iif(s.side = 1, 0, s.block) and b.figure = f.figure
where exists (select 1 from pattern where pattern.claim = s.claim and f.figure glob pattern.figure)
group by s.claim, s.ours, s.against, s.block, f.figure;
create temp table difference as
select claim, what, ours, against, block, figure, other, now from compared where other is not now;
-- a cell of the baseline that was not run, of a strategy that was
insert into difference
select p.claim, p.what, b.cell, b.cell, 0, 'the whole program', 'there', null
from record b join (select distinct strategy from cells) c
  on b.cell like '%/' || c.strategy || '/%' or b.cell like '%/' || c.strategy || '[%'
join pair p on p.side = 1
where b.side = 1 and not exists (select 1 from record o where o.side = 0 and o.cell = b.cell) group by b.cell;
create temp view equal_verdict as
select p.claim, p.what, p.ours, p.against, case
  when not exists (select 1 from side s where s.claim = p.claim and s.ours = p.ours and s.against = p.against) then 'missing'
  when exists (select 1 from difference d where d.claim = p.claim and d.ours = p.ours and d.against = p.against) then 'misses'
  else 'holds' end verdict
from pair p;

create temp view verdict as
select claim, what, verdict from limit_verdict union all select claim, what, verdict from equal_verdict
union all select claim, what, 'misses' from difference where figure = 'the whole program';

-- ---- what `heapbench claims` shows
create temp view limits_shown as
select beside against, verdict, what figure, ours of, iif(n is null, '-', printf('%.3g%s', median, mark)) measured,
       iif(n is null, '-', iif(n = 1, 'once', printf('%.3g .. %.3g', low, high))) interval,
       printf('%s %.6g%s', iif(at_most is null, 'at least', 'at most'), coalesce(at_most, at_least), mark) "limit"
from (select *, coalesce(against, iif(against_number is null, '', printf('%g', against_number))) beside,
             iif(against is null and against_number is null, iif(unit = '', '', ' ' || unit), 'x') mark from limit_verdict)
order by claim, id;
create temp view limits_written as
select figure, of, iif(against = '', '-', against) against, "limit", measured, interval, verdict from limits_shown;
-- each sentence with its verdict, what was measured for it, and what follows; indent: of lines after the first
create temp view sentences_shown as
with line as (
  select place, 0 part, 0 id, place || '. ' || says || ': ' || upper(verdict) text, 4 indent from sentence_verdict
  union all select s.place, 1 + bounds, min(t.id), printf(iif(bounds, '    (%s: %s)', '    %s: %s'), t.what, shown), 6
  from sentence s join told t on t.sentence = s.id group by s.id, t.what, shown
  union all select place, 3, 0, '    ' || case verdict when 'holds' then yes when 'holds, with a limit' then limit_text
                                                       when 'does not hold' then instead else '' end, 4 from sentence_verdict)
select text, indent from line where trim(text) <> '' order by place, part, id;
create temp view sentence_counts_shown as
select printf('%d %s: %s', count(*), verdict, group_concat(place, ', ')) text, 4 indent
from (select * from sentence_verdict order by place) group by verdict order by count(*) desc;
create temp view coverage_shown as -- what the intervals say
select printf('Medians over %g blocks, each ratio formed within a block; such an interval contains the median in %.3g %% of cases.',
              min(n), 100 * coverage(min(n))) from limit_verdict where n > 1 having coverage(min(n)) > 0;
create temp view differences_shown as
select ours cell, figure "value", coalesce(other, '-') expected, coalesce(now, '-') now,
       case when other = 0 then 'from 0' when typeof(other) in ('integer', 'real') and typeof(now) in ('integer', 'real')
            then printf('%+.2g %%', 100.0 * (now - other) / other) else '' end change
from difference order by rowid;
create temp view words_shown as -- the same in a sentence for each strategy
select printf('%s does something else: %d value%s of %d program%s differ (%s)', strategy, n, iif(n = 1, '', 's'), cells,
              iif(cells = 1, '', 's'), iif(length(what) > 100, substr(what, 1, 97) || '...', what))
from (select c.strategy, count(distinct d.ours || d.figure) n, count(distinct d.ours) cells,
             group_concat(distinct replace(replace(figure, 'setup_counters.', ''), 'counters.', '')) what
      from difference d join cells c on c.key = d.ours group by c.strategy);
-- what has no counterpart in the baseline, and the other way round; no verdict says so. gone: a strategy that only the baseline has
create temp view notes_shown as
with pairs as (select distinct p.ours, c.strategy,
                      exists (select 1 from record b where b.side = 1 and b.cell = p.against) there
               from pair p join cells c on c.key = p.ours where p.side = 1),
known as (select strategy, max(there) there from pairs group by 1)
select k.strategy || ' has no baseline: nothing to compare. `make baseline` makes one' note, null gone from known k where not there
union all select p.ours || ' is not in the baseline: `make baseline` adds it', null
from pairs p join known k on k.strategy = p.strategy where k.there and not p.there
union all select json ->> 'strategy' || ' is in the baseline and was not run', json ->> 'strategy' from record
where side = 1 and exists (select 1 from pairs) and json ->> 'strategy' not in (select strategy from cells) group by 1;
create temp view counts_shown as
select printf('%d values of %d cells compared', count(*), count(distinct ours)) from compared having count(*)
union all select printf('%d claims: %d hold, %d open (not told apart from the limit), %d miss, %d missing', count(*),
  total(verdict = 'holds'), total(verdict = 'open'), total(verdict = 'misses'), total(verdict = 'missing')) from verdict;
-- a line of a baseline for each cell: what claims of equality are about, of records no deeper than "a.b"
create temp view kept as
with kept_value as (
  select cell, figure, value, substr(figure, 1, instr(figure || '.', '.') - 1) name, substr(figure, instr(figure || '.', '.') + 1) rest
  from exact e where side = 0 and block = 0 and (
    figure in ('schema', 'cell', 'block', 'workload', 'strategy', 'backing', 'outcome') or exists (
      select 1 from pair p join pattern f on f.claim = p.claim
      where p.side = 1 and p.ours = e.cell and e.figure glob f.figure)) order by cell, figure),
member as (select cell, name, iif(max(rest) = '', json_quote(max(value)), json_group_object(rest, value)) json
           from kept_value group by cell, name order by cell, name)
select json_group_object(name, json(json)) from member group by cell;
