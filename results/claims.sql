-- claims.sql - from claims to verdicts, in temporary tables beside those of a run (schema.sql).
--
-- Two kinds of claims. One with a limit is about a metric: the median over blocks of ours / against, each ratio formed
-- within a block (limits.sql). One of equality is about values of records by their paths ("counters.rc_increments"), in each block.
-- Verdicts: holds; misses; open, where the figure is not told apart from the limit; missing, where one side was not measured.

-- claim: its place in the file
create temp table pair(claim integer, what text, ours text, against text, side integer, unique(claim, ours, against));
create temp table pattern(claim integer, figure text);
-- side: 0 this run, 1 the baseline, whose block 0 stands for every block
create temp table record(side integer, cell text, block integer, json text, primary key(side, cell, block));

-- ---- equality
create temp table exact(side integer, cell text, block integer, figure text, value, primary key(side, cell, figure, block))
    without rowid;
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
create temp table difference(claim integer, what text, ours text, against text, block integer, figure text, other, now);
-- a cell of the baseline that was not run, of a strategy that was
create temp view lost as
select distinct b.cell, c.strategy from record b
join (select distinct strategy from cells) c on b.cell like '%/' || c.strategy || '/%' or b.cell like '%/' || c.strategy || '[%'
where b.side = 1 and not exists (select 1 from record o where o.side = 0 and o.cell = b.cell);
create temp view equal_verdict as
select p.claim, p.what, p.ours, p.against, case
  when not exists (select 1 from side s where s.claim = p.claim and s.ours = p.ours and s.against = p.against) then 'missing'
  when exists (select 1 from difference d where d.claim = p.claim and d.ours = p.ours and d.against = p.against) then 'misses'
  else 'holds' end verdict
from pair p;

create temp view verdict as
select claim, what, verdict from limit_verdict union all select claim, what, verdict from equal_verdict
union all select claim, what, 'misses' from difference where figure = 'the whole program';
