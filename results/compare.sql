-- compare.sql - from the sides (compare_sides.sql) and what of them differs (differ.sql) to verdicts in words.
--
-- Where sides ran side by side a ratio is formed within each block; else it is one of medians, and its interval is from one's
-- least to the other's most. A program's own change is asked for here, not only whether there is one, so each kind has a bound:
--
--   exact  counters: any difference is one
--   tight  instructions: beyond the limit of the cell
--   noisy  regressed when the interval excludes 1 and the median exceeds max(3 x floor, 10 %), floor being what the base
--          differs from itself by; improved likewise; unchanged when the interval is within that; else not resolved
--   wild   noisy, and what differ.sql calls different, too. Of runs that were not side by side that is not asked
--
-- What is known of false alarms and of power (make selftest-regress) is of one host: 60 pairs of equal programs on 12 cells,
-- the pairs by which the rule and its bounds were chosen; of the limit on instructions, of 4 cells.

create temp view apart as
select side, key, metric, count(*) n, median(value) median, coalesce(low(value), median(value)) low,
       coalesce(high(value), median(value)) high from taken group by side, key, metric;
create temp view measured_change as
select key, metric, count(*) n, median(before) before, median(after) after, median(ratio) ratio, low(ratio) low, high(ratio) high
from both where (select paired from asked) group by key, metric
union all
select b.key, b.metric, min(b.n, h.n), b.median, h.median, iif(b.median = h.median, 1.0, h.median / b.median),
       iif(min(b.n, h.n) > 1, h.low / b.high, null), iif(min(b.n, h.n) > 1, h.high / b.low, null)
from apart b join apart h using (key, metric) where b.side = 0 and h.side = 1 and not (select paired from asked);

-- what the base differs from itself by, in half of the cells
create temp table floor as
select metric, median(abs(ratio - 1)) floor from (
  select b.key, b.metric, median(a.value / b.value) ratio from taken b join taken a using (key, metric, block)
  where b.side = 0 and a.side = 2 and b.value > 0 group by 1, 2) group by metric;

create temp table change as
select *, case
    when kind = 'exact' then case when before = after then 'unchanged' when varies then 'not resolved'
      when worse is null then 'differs' when worse > 1 then 'regressed' else 'improved' end
    when kind = 'tight' then case when worse > 1 + bound then 'regressed' when worse < 1 - bound then 'improved' else 'unchanged' end
    when worse_low > 1 and worse > 1 + bound and n >= 6 and differs then 'regressed'
    when worse_high < 1 and worse < 1 / (1 + bound) and n >= 6 and differs then 'improved'
    when worse_low >= 1 / (1 + bound) and worse_high <= 1 + bound then 'unchanged'
    else 'not resolved' end verdict
from (
select c.key, r.workload, r.strategy, exists (select 1 from trait t where t.strategy = r.strategy and t.name = 'varies') varies,
       c.metric, m.title what, w.kind, c.n, c.before, c.after, c.ratio, c.low, c.high,
       case m.better when 'lower' then coalesce(c.ratio, 9e99) when 'higher' then 1 / c.ratio end worse,
       case m.better when 'lower' then c.low when 'higher' then 1 / c.high end worse_low,
       case m.better when 'lower' then c.high when 'higher' then 1 / c.low end worse_high,
       iif(w.kind in ('noisy', 'wild'), max(w.bound, 3 * coalesce(f.floor, 0)),
         iif(w.kind = 'tight', coalesce((select min(bound) from repeats where c.key glob cells), w.bound), w.bound)) bound, w.place,
       coalesce(d.differs, 1) differs
from measured_change c join base_cell r using (key) join weighed w using (metric) join metric m on m.name = c.metric
left join floor f using (metric) left join differing d on d.id = c.metric || ' ' || c.key where not w.unasked and instr(c.key, (select cell from asked)) order by r.place, w.place);

-- ---- what programs of one side do that those of the other do not
create temp view broken as
select b.key, c.workload, c.strategy, case
    when h.failed > b.failed then printf('%d of %d runs fail: %s', h.failed, h.n, coalesce(h.detail, '?'))
    when h.answer <> b.answer then 'it computes something else' end what
from ran b join ran h using (key) join base_cell c using (key) where b.side = 0 and h.side = 1 and (h.failed > b.failed or h.answer <> b.answer) and instr(key, (select cell from asked));

-- ---- in words
create temp view word as
select strategy, metric, what, verdict, kind, count(*) cells, min(place) place,
       max(iif(verdict = 'improved', -worse, worse)) worst, ratio, low, high, before, after, key
from change where verdict in ('regressed', 'improved', 'differs') and (place < 100 or kind <> 'exact')
group by strategy, metric, verdict;
create temp view counted as -- counters that differ, by strategy
select strategy, count(*) n, count(distinct key) cells, group_concat(distinct what) what from change
where verdict = 'differs' group by strategy;
create temp view sentence as
select 0 place, strategy, printf('%s is wrong: %s on %s', strategy, what, workload) text, 'regressed' verdict from broken
union all
select place, strategy, printf('%s %s: %s %s%s on %s%s', strategy, verdict, what,
  iif(kind = 'tight' or n is null, printf('%+.2f %%', 100 * (ratio - 1)), printf('%.3gx', ratio)),
  iif(low is null, '', printf(' (%.3g to %.3g)', low, high)), key, iif(cells = 1, '', printf(' and %d more', cells - 1))), verdict
from (select w.*, iif(kind in ('noisy', 'wild'), 1, null) n from word w)
union all
select 100, strategy, printf('%s does something else: counters of %d program%s differ (%s)', strategy, cells, iif(cells = 1, '', 's'),
  iif(length(what) > 60, substr(what, 1, 57) || '...', what)), 'differs' from counted;

-- ---- a family's geometric mean: in each block, then over blocks
create temp view family_change as
select k.family, c.metric, c.place, c.kind, count(distinct c.key) cells,
       exp(avg(ln(c.ratio))) ratio from change c join kin k on k.strategy = c.strategy
where c.ratio > 0 and (c.place < 8) group by k.family, c.metric;
create temp view family_block as
select k.family, b.metric, b.block, exp(avg(ln(b.ratio))) ratio from both b join change c using (key, metric)
join kin k on k.strategy = c.strategy where b.ratio > 0 and c.kind in ('noisy', 'wild') and (select paired from asked)
group by k.family, b.metric, b.block;
create temp view family_mean as
select f.family, f.metric, f.cells, f.ratio, b.low, b.high, f.place from family_change f left join (
  select family, metric, low(ratio) low, high(ratio) high from family_block group by 1, 2) b using (family, metric);

-- ---- as it is shown
create temp view about_shown as
select printf('%s against %s%s', (select group_concat(distinct program) from head_run), (select group_concat(distinct program) from base_run),
  iif(paired, printf(': %d pairs of %d programs', (select max(n) from change), (select count(distinct key) from change)),
    ': two runs, so times also differ by what the machine did meanwhile')) from asked;
create temp view sentences_shown as select text from sentence order by verdict = 'improved', place, strategy;
create temp view families_shown as
select family, m.title what, cells, ratio ratio__ratio, iif(low is null, '', printf('%.3g to %.3g', low, high)) interval
from family_mean f join metric m on m.name = f.metric order by f.place, family;
create temp view cells_shown as -- but for counters that are unchanged
select key, verdict, what, before, after, ratio ratio__ratio,
  case when low is not null then printf('%.3g to %.3g', low, high) when kind in ('noisy', 'wild') then '' else 'exact' end interval, metric
from change where place < 100 or verdict <> 'unchanged' order by verdict = 'unchanged', key, place;
create temp view counts_shown as
select coalesce((select group_concat(n || ' ' || verdict, ', ') from (
    select verdict, count(*) n from change where place < 100 group by verdict order by verdict)), 'nothing') ||
  printf('; %d of %d counters differ', (select count(*) from change where place >= 100 and verdict = 'differs'),
    (select count(*) from change where place >= 100));
create temp view legend_shown as -- two-sided intervals and what they cover, and what was allowed
select printf('Ratios: head / base, medians over %d pairs; %.3g %% of intervals hold the median.', n, 100 * coverage(n))
from (select max(n) n from change where kind in ('noisy', 'wild')) where n > 1
union all select 'Worse only beyond ' || group_concat(what || ' ' || printf('%.2g %%', 100 * bound), ', ') || '.' from (
  select what, max(bound) bound, place > 3 later from change where kind <> 'exact' group by metric order by place) group by later;
create temp view json_shown as
select json_object(
  'verdict', (select iif(count(*), 'regressed', 'unchanged or better') from sentence where verdict <> 'improved'),
  'paired', json(iif(paired, 'true', 'false')), 'sentences', (select json_group_array(text) from sentence),
  'families', (select json_group_array(json_object('family', family, 'metric', metric, 'cells', cells, 'ratio', ratio, 'low', low, 'high', high))
               from family_mean),
  'floors', (select json_group_object(metric, floor) from floor),
  'cells', (select json_group_array(json_object('cell', key, 'metric', metric, 'kind', kind, 'n', n, 'before', before, 'after', after,
                    'ratio', ratio, 'low', low, 'high', high, 'limit', bound, 'verdict', verdict))
            from change where place < 100 or verdict <> 'unchanged')) from asked;
