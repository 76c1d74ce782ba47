-- trust.sql - what makes numbers worse, with the remedy: a sentence for each limit that is passed, most important first. What is
-- known (name, value, what) is in `known`: of a run by known.sql, of the machine before a run by harness/judge/trust.c. What is
-- not known is not there, or NULL, and limits on it are passed over.
--
-- load_others: with one program beside it, a benchmark on two CPUs still has a CPU of its own; with more, the scheduler moves it
--   about, and times vary by tens of percent.
-- waited_share: a tenth of the wall time without a CPU shows in p99 and in the longest step, not in CPU time.
-- preemptions: a slice of the scheduler is some ms, so each can lengthen one step by as much; with 20 a second, each cell of 0.3 s
--   has several.
-- pause_spread: of 9 runs on two CPUs, the one at a load of 6.7 had 1.41, and the eight at loads of 7 to 31 had 1.62 to 2.65. On
--   a host without other load it was not measured. CPU time of a pause is the collector's, but caches and a sibling's load are not.
-- most: of what is known of each cell
create temp view over as
select k.name, k.what, most from known k
join (select 'waited_share' name, 0.1 most union all select 'preemptions', 20) m on m.name = k.name where k.value > most;
-- the cells whose longest pauses are those of other programs
create temp view shaken as select distinct c.id cell, o.what key from over o join cell c on c.key = o.what;
create temp view warning as
with crowd as ( -- "3 of 20 cells (a/b/c, d/e/f and 1 more)"
  select name, printf('%d of %d cells (%s%s)', many, (select count(*) from known k where k.name = o.name), group_concat(what, ', '),
                      iif(many > 3, printf(' and %d more', many - 3), '')) who
  from (select name, what, count(*) over (partition by name) many, row_number() over (partition by name order by what) nth from over) o
  where nth <= 3 group by name),
fact as (
  select max(iif(name = 'load_others', value, null)) load_others, max(iif(name = 'cpus', value, null)) cpus,
    max(iif(name = 'runs', value, null)) runs, max(iif(name = 'hosts', value, null)) hosts, max(iif(name = 'stolen_share', value, null)) stolen_share,
    max(iif(name = 'pause_spread', value, null)) pause_spread, total(iif(name = 'cut', value, 0)) cut,
    max(iif(name = 'cut_least', value, null)) cut_least,
    max(iif(name = 'blocks', value, null)) blocks, total(iif(name = 'coverage', value, 0)) coverage,
    max(iif(name = 'planned', value, null)) planned, max(iif(name = 'done', value, null)) done,
    total(iif(name = 'damaged', value, 0)) damaged, total(iif(name = 'peakless', value, 0)) peakless, total(iif(name = 'strays', value, 0)) strays,
    min(iif(name = 'build' and value not in ('', 'release'), value, null)) build,
    min(iif(name = 'commit' and value like '%-dirty%', value, null)) "commit",
    max(iif(name = 'thp', value, null)) thp, nullif(max(iif(name = 'governor', value, '')), '') governor,
    nullif(max(iif(name = 'allocator', value, '')), '') allocator, nullif(max(iif(name = 'preload', value, '')), '') preload
  from known),
mixed as (
  select group_concat(said, ' and ') said from (
    select t.column2 || ' (' || group_concat(k.value, ', ') || ')' said
    from (values ('commit', 'commits', 1), ('build', 'builds', 2), ('cpu', 'CPU models', 3), ('kernel', 'kernels', 4)) t
    join known k on k.name = t.column1 where k.value <> '' group by t.column1 having count(*) > 1 order by t.column3)),
limits(place, passed, sentence) as (
  select 1, build is not null, printf('these programs are a %s build: times and memory are not those of a release; run make '
    || 'without BUILD', build) from fact
  union all select 2, said is not null, 'the records come from different ' || said || ': do not compare them; start a new run'
    from mixed
  union all select 2, hosts > 1, printf('%d machines did the invocations: those of a workload in a block are of one of them, and so is every '
    || 'ratio of a block; a figure by itself is of all', hosts) from fact
  union all select 3, planned > done, printf('%d of %d planned invocations are missing; go on with --resume', planned - done,
    planned) from fact
  union all select 4, damaged + strays > 0, printf('%d damaged records and %d of no planned cell were left out; --resume runs '
    || 'again what is missing', damaged, strays) from fact
  union all select 4, peakless > 0, printf('%d invocations have no peak of resident memory, since /proc/self/clear_refs cannot be '
    || 'written here: go by final RSS, or by what the heap holds', peakless) from fact
  union all select 5, load_others > 0.5 * cpus, printf('the load average of other programs is %.1f on %d CPUs: times are noisy; '
    || 'stop other work, or trust counters and memory only', load_others, cpus) from fact
  union all select 6, runs > 0, printf('%d other heapbench %s on this machine, and each disturbs the other: run one after the '
    || 'other', runs, iif(runs = 1, 'run is', 'runs are')) from fact
  union all select 7, stolen_share > 0.02, printf('the host of this virtual machine took %.2g %% of its CPU time for others: CPU '
    || 'time is longer than the work took; measure on a machine of your own, or trust counters and memory only',
    100 * stolen_share) from fact
  union all select 8, 1, printf('steps waited for a CPU for more than a tenth of the wall time in %s: their latencies are longer '
    || 'than the work took, CPU time is not touched; pin the run to a free CPU with taskset', who)
    from crowd where name = 'waited_share'
  union all select 9, 1, printf('other programs took the CPU more than 20 times a second in %s: of latencies and pauses the longest '
    || 'are theirs, and pauses marked ! are not to be trusted; go by CPU time, stop other work, or pin the run to a free CPU with '
    || 'taskset', who) from crowd where name = 'preemptions'
  union all select 10, pause_spread > 1.5, printf('the longest collection differs %.2gx from block to block in half of the '
    || 'cells, though each does the same work: longest pauses are not to be trusted; stop other work, or go by CPU time and '
    || 'counters', pause_spread) from fact
  union all select 11, cut > 0, printf('to keep to the budget %d cell%s around the base ran in fewer blocks%s: --budget 0 runs all',
    cut, iif(cut = 1, '', 's'), iif(cut_least > 1, ', but in ' || cut_least || ' at least',
    iif(cut = 1, ', once, and has no interval', ', some once, and have no interval'))) from fact
  union all select 12, blocks = 1, 'there is one block, so there are no intervals: any difference may be chance; take 6 or more: '
    || '--blocks 6' from fact
  union all select 12, blocks > 1 and coverage < 0.95, printf('with %d blocks an interval covers the median in %.3g %% of runs, '
    || 'not in 95 %%: take 6 or more: --blocks 6', blocks, 100 * coverage) from fact
  union all select 13, "commit" is not null, printf('the sources had changes that are in no commit, so %s does not say what was '
    || 'measured; commit, and run again', "commit") from fact
  union all select 14, preload is not null, printf('LD_PRELOAD=%s is not passed on: the backing allocator is chosen by --backing',
    preload) from fact
  union all select 15, allocator is not null, printf('the environment sets an allocator (%s), which can change memory and time '
    || 'tenfold: unset it, or compare only with runs that have it too', allocator) from fact
  union all select 16, thp = 'always', 'transparent huge pages are always on: resident memory comes in pieces of 2 MB; as root: '
    || 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled' from fact
  union all select 17, governor <> 'performance', printf('the CPU frequency governor is %s: speed changes while measuring; as '
    || 'root: cpupower frequency-set -g performance', governor) from fact)
select sentence from limits where passed order by place;
