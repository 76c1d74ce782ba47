// trust.c - the list of limits. A new one is a function and a row of the table.

#include "trust.h"

#include "base/environment.h"
#include "base/host.h"
#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// With one program beside it, a benchmark on two CPUs still has a CPU of its own; with more, the
// scheduler moves it about, and times vary by tens of percent.
static const double load_share = 0.5; // of the CPUs, by other programs
// A tenth of the wall time without a CPU shows in p99 and in the longest step, not in CPU time.
static const double waited_share = 0.1;
static const double coverage_wanted = 0.95;
// Of 9 runs on two CPUs, the one at a load of 6.7 had a spread of 1.41, and the eight at loads of 7 to 31 had 1.62 to 2.65. On
// a host without other load it was not measured.
static const double pause_spread = 1.5;
// A slice of the scheduler is some ms, so each preemption can lengthen one step by as much; with
// this many, each cell of 0.3 s has several.
static const double preemptions_allowed = 20; // a second
static const double stolen_share = 0.02;

// ------------------------------------------------------------------------------------------ limits
// Each returns a new sentence, or NULL when its limit is kept or the fact is unknown.
typedef char *limit(const struct trust_facts *f);

static char *limit_load(const struct trust_facts *f) {
    if (!f->cpus || !(f->load_others > load_share * f->cpus))
        return NULL;
    return text_format("the load average of other programs is %.1f on %d CPUs: times are noisy; "
                       "stop other work, or trust counters and memory only",
                       f->load_others, f->cpus);
}

static char *limit_waited(const struct trust_facts *f) {
    if (!(f->waited_share > waited_share))
        return NULL;
    return text_format("steps waited for a CPU, worst %.2g %% of the wall time (%s): their "
                       "latencies are longer than the work took, CPU time is not touched; pin the "
                       "run to a free CPU with taskset",
                       100 * f->waited_share, f->waited_cell);
}

static char *limit_preempted(const struct trust_facts *f) {
    if (!(f->preemptions > preemptions_allowed))
        return NULL;
    return text_format("other programs took the CPU %.0f times a second (%s): of latencies and "
                       "pauses the longest are theirs; go by CPU time, stop other work, or pin the "
                       "run to a free CPU with taskset",
                       f->preemptions, f->preempted_cell);
}

static char *limit_stolen(const struct trust_facts *f) {
    if (!(f->stolen_share > stolen_share))
        return NULL;
    return text_format("the host of this virtual machine took %.2g %% of its CPU time for others: "
                       "CPU time is longer than the work took; measure on a machine of your own, "
                       "or trust counters and memory only",
                       100 * f->stolen_share);
}

static char *limit_runs(const struct trust_facts *f) {
    if (f->runs <= 0)
        return NULL;
    return text_format("%d other heapbench %s on this machine, and each disturbs the other: run "
                       "one after the other",
                       f->runs, f->runs == 1 ? "run is" : "runs are");
}

static char *limit_blocks(const struct trust_facts *f) {
    if (!f->blocks || f->coverage >= coverage_wanted)
        return NULL;
    if (f->blocks == 1)
        return text_format("there is one block, so there are no intervals: any difference may be "
                           "chance; take 6 or more: --blocks 6");
    return text_format("with %d blocks an interval covers the median in %.3g %% of runs, not in "
                       "95 %%: take 6 or more: --blocks 6",
                       f->blocks, 100 * f->coverage);
}

static char *limit_mixed(const struct trust_facts *f) {
    const struct {
        const struct names *names;
        const char *what;
    } lists[] = {{&f->commits, "commits"},
                 {&f->builds, "builds"},
                 {&f->cpu_models, "CPU models"},
                 {&f->kernels, "kernels"}};
    struct names mixed = {0};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (lists[i].names->count < 2)
            continue;
        char *all = names_join(lists[i].names, ", ");
        char *part = text_format("%s (%s)", lists[i].what, all);
        names_add(&mixed, part);
        free(part);
        free(all);
    }
    char *all = names_join(&mixed, " and ");
    char *sentence = mixed.count ? text_format("the records come from different %s: do not compare "
                                               "them; start a new run",
                                               all)
                                 : NULL;
    free(all);
    names_free(&mixed);
    return sentence;
}

static char *limit_build(const struct trust_facts *f) {
    for (size_t i = 0; i < f->builds.count; i++)
        if (strcmp(f->builds.items[i], "release"))
            return text_format("these programs are a %s build: times and memory are not those of a "
                               "release; run make without BUILD",
                               f->builds.items[i]);
    return NULL;
}

static char *limit_commit(const struct trust_facts *f) {
    for (size_t i = 0; i < f->commits.count; i++)
        if (strstr(f->commits.items[i], "-dirty"))
            return text_format("the sources had changes that are in no commit, so %s does not say "
                               "what was measured; commit, and run again",
                               f->commits.items[i]);
    return NULL;
}

static char *limit_huge_pages(const struct trust_facts *f) {
    if (strcmp(f->thp, "always"))
        return NULL;
    return text_format("transparent huge pages are always on: resident memory comes in pieces of "
                       "2 MB; as root: echo madvise > "
                       "/sys/kernel/mm/transparent_hugepage/enabled");
}

static char *limit_governor(const struct trust_facts *f) {
    if (!f->governor[0] || !strcmp(f->governor, "performance"))
        return NULL;
    return text_format("the CPU frequency governor is %s: speed changes while measuring; as root: "
                       "cpupower frequency-set -g performance",
                       f->governor);
}

static char *limit_allocator(const struct trust_facts *f) {
    if (!f->allocator || !*f->allocator)
        return NULL;
    return text_format("the environment sets an allocator (%s), which can change memory and time "
                       "tenfold: unset it, or compare only with runs that have it too",
                       f->allocator);
}

static char *limit_preload(const struct trust_facts *f) {
    if (!f->preload || !*f->preload)
        return NULL;
    return text_format("LD_PRELOAD=%s is not passed on: the backing allocator is chosen by "
                       "--backing",
                       f->preload);
}

static char *limit_cut(const struct trust_facts *f) {
    if (!f->cut)
        return NULL;
    return text_format(
        "%d cell%s around the base ran once, to keep to the budget, and so without an "
        "interval: --budget 0 runs all",
        f->cut, f->cut == 1 ? "" : "s");
}

// CPU time of a pause is the collector's alone, but caches and a sibling's load are not.
static char *limit_pauses(const struct trust_facts *f) {
    if (!(f->pause_spread > pause_spread))
        return NULL;
    return text_format(
        "the longest collection differs %.2gx from block to block in half of the cells, "
        "though each does the same work: longest pauses are not to be trusted; stop other "
        "work, or go by CPU time and counters",
        f->pause_spread);
}

static char *limit_missing(const struct trust_facts *f) {
    if (!f->missing)
        return NULL;
    return text_format("%d of %d planned invocations are missing; go on with --resume", f->missing,
                       f->planned);
}

static char *limit_left_out(const struct trust_facts *f) {
    if (!f->damaged && !f->strays)
        return NULL;
    return text_format("%d damaged records and %d of no planned cell were left out; --resume runs "
                       "again what is missing",
                       f->damaged, f->strays);
}

struct names trust_check(const struct trust_facts *facts) {
    static limit *const limits[] = {
        limit_build,  limit_mixed,   limit_missing,   limit_left_out,   limit_load,    limit_runs,
        limit_stolen, limit_waited,  limit_preempted, limit_pauses,     limit_cut,     limit_blocks,
        limit_commit, limit_preload, limit_allocator, limit_huge_pages, limit_governor};
    struct names found = {0};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        char *sentence = limits[i](facts);
        if (sentence)
            names_add(&found, sentence);
        free(sentence);
    }
    return found;
}

// ------------------------------------------------------------------------------------------- facts
static void copy_text(char *out, size_t bytes, const json_t *environment, const char *name) {
    snprintf(out, bytes, "%s", text_member(environment, name));
}

// "NAME=value NAME=value" of an object of texts; a new string.
static char *join_variables(json_t *object) {
    struct names parts = {0};
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        char *part = text_format("%s=%s", name, json_string_value(value));
        names_add(&parts, part);
        free(part);
    }
    names_sort(&parts);
    char *text = names_join(&parts, " ");
    names_free(&parts);
    return text;
}

static const struct trust_facts nothing_known = {.waited_share = NAN,
                                                 .pause_spread = NAN,
                                                 .preemptions = NAN,
                                                 .stolen_share = NAN,
                                                 .load_others = NAN};

// The benchmark has not started, so all load is that of others.
struct trust_facts trust_live(const char *build) {
    struct trust_facts f = nothing_known;
    json_t *e = must(environment_read());
    const json_t *load = json_object_get(e, "load1");
    if (json_is_number(load))
        f.load_others = json_number_value(load);
    f.cpus = (int)json_integer_value(json_object_get(e, "cpus"));
    f.runs = host_others("heapbench");
    f.preload = getenv("LD_PRELOAD");
    f.allocator = join_variables(json_object_get(e, "allocator"));
    copy_text(f.thp, sizeof f.thp, e, "thp");
    copy_text(f.governor, sizeof f.governor, e, "governor");
    if (build && *build)
        names_add(&f.builds, build);
    json_decref(e);
    return f;
}

// Calls take with each row of a query. The queries are ours, so one that fails is a bug, which must
// not look like a run without faults.
static void each_row(sqlite3 *db, const char *sql,
                     void (*take)(struct trust_facts *, sqlite3_stmt *), struct trust_facts *f) {
    sqlite3_stmt *row = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &row, NULL) != SQLITE_OK)
        fprintf(stderr, "heapbench: what the run can be trusted for is unknown: %s\n",
                sqlite3_errmsg(db));
    while (row && sqlite3_step(row) == SQLITE_ROW)
        take(f, row);
    sqlite3_finalize(row);
}

static const char *column_text(sqlite3_stmt *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

static double column_number(sqlite3_stmt *row, int column) {
    return sqlite3_column_type(row, column) == SQLITE_NULL ? NAN
                                                           : sqlite3_column_double(row, column);
}

static void add_once(struct names *names, const char *text) {
    if (*text && !names_has(names, text))
        names_add(names, text);
}

static void take_machine(struct trust_facts *f, sqlite3_stmt *row) {
    add_once(&f->commits, column_text(row, 0));
    add_once(&f->builds, column_text(row, 1));
    add_once(&f->cpu_models, column_text(row, 2));
    add_once(&f->kernels, column_text(row, 3));
    f->cpus = sqlite3_column_int(row, 4);
    snprintf(f->thp, sizeof f->thp, "%s", column_text(row, 5));
    snprintf(f->governor, sizeof f->governor, "%s", column_text(row, 6));
    if (!f->allocator && *column_text(row, 7))
        f->allocator = must(strdup(column_text(row, 7)));
}

// 1 of the load is the benchmark itself.
static void take_load(struct trust_facts *f, sqlite3_stmt *row) {
    f->load_others = column_number(row, 0) - 1;
}

static void take_waited(struct trust_facts *f, sqlite3_stmt *row) {
    f->waited_share = column_number(row, 0);
    f->waited_cell = must(strdup(column_text(row, 1)));
}

static void take_preempted(struct trust_facts *f, sqlite3_stmt *row) {
    f->preemptions = column_number(row, 0);
    f->preempted_cell = must(strdup(column_text(row, 1)));
}

static void take_host(struct trust_facts *f, sqlite3_stmt *row) {
    f->stolen_share = column_number(row, 0);
    f->runs = sqlite3_column_int(row, 1);
}

static void take_blocks(struct trust_facts *f, sqlite3_stmt *row) {
    f->blocks = sqlite3_column_int(row, 0);
    f->coverage = sqlite3_column_double(row, 1);
}

static void take_pauses(struct trust_facts *f, sqlite3_stmt *row) {
    f->pause_spread = column_number(row, 0);
}

static void take_counts(struct trust_facts *f, sqlite3_stmt *row) {
    int done = sqlite3_column_int(row, 1);
    f->planned = sqlite3_column_int(row, 0);
    f->missing = f->planned > done ? f->planned - done : 0;
    f->damaged = sqlite3_column_int(row, 2);
    f->strays = sqlite3_column_int(row, 3);
    f->cut = sqlite3_column_int(row, 4);
}

struct trust_facts trust_recorded(sqlite3 *db) {
    struct trust_facts f = nothing_known;
    each_row(db,
             "select commit_id, build, cpu, kernel, cpus, thp, governor, allocator from machine",
             take_machine, &f);
    each_row(db, "select max(load1) from invocation", take_load, &f);
    each_row(db,
             "select 1 - c.median * r.median / 1e9 waited, key from figure c join figure r using "
             "(cell) join cell on cell.id = c.cell where c.metric = 'cpu_ns_per_step' and r.metric "
             "= 'steps_per_second' order by waited desc limit 1",
             take_waited, &f);
    each_row(db,
             "select f.median, key from figure f join cell on cell.id = f.cell where f.metric = "
             "'preemptions_per_second' order by f.median desc limit 1",
             take_preempted, &f);
    each_row(db,
             "select (select avg(value) from value where metric = 'stolen_share'), (select "
             "max(value) from value where metric = 'others')",
             take_host, &f);
    each_row(db, "select max(n), coverage(max(n)) from figure", take_blocks, &f);
    each_row(
        db,
        "select (blocks - 1) * (cells - cut) + cells, (select count(*) from invocation), (select "
        "value from run where name = 'damaged'), (select value from run where name = 'strays'), "
        "cut "
        "from (select max(iif(name = 'blocks', value, null)) blocks, max(iif(name = 'cut', value, "
        "0)) "
        "cut, (select count(*) from cell) cells from run)",
        take_counts, &f);
    each_row(db,
             "select median(high / low) from (select max(value) high, min(value) low, count(*) n "
             "from measured "
             "where metric = 'collection_cpu_max_ns' group by cell) where n > 1 and low > 0",
             take_pauses, &f);
    return f;
}

void trust_facts_free(struct trust_facts *f) {
    names_free(&f->commits);
    names_free(&f->builds);
    names_free(&f->cpu_models);
    names_free(&f->kernels);
    free(f->allocator);
    free(f->waited_cell);
    free(f->preempted_cell);
    f->allocator = f->waited_cell = f->preempted_cell = NULL;
}

void trust_warn(struct trust_facts facts, FILE *out) {
    struct names found = trust_check(&facts);
    for (size_t i = 0; i < found.count; i++)
        fprintf(out, "warning: %s\n", found.items[i]);
    names_free(&found);
    trust_facts_free(&facts);
}
