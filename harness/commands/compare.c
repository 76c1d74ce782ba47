// compare.c - heapbench compare: what differs between two builds or runs, and whether it is worse.

#include "judge/compare.h"
#include "command.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "run.h"
#include "show/rows.h"
#include "store/folder.h"

#include <string.h>
#include <unistd.h>

enum { COMPARE_ERROR_BYTES = 4096, COMPARE_WIDTH = 80 };
enum {
    COMPARE_MEASURE,
    COMPARE_BENCH_DIR,
    COMPARE_OUT,
    COMPARE_BLOCKS,
    COMPARE_STRATEGY,
    COMPARE_WORKLOAD,
    COMPARE_FORMAT,
    COMPARE_METRIC,
    COMPARE_CELL,
    COMPARE_ALL,
    COMPARE_FLAGS
};
static const struct flag compare_flags[COMPARE_FLAGS] = {
    [COMPARE_MEASURE] = {"measure", "PLAN",
                         "first run this plan by both builds, side by side in random order"},
    [COMPARE_BENCH_DIR] = {"bench-dir", "DIR",
                           "with --measure: programs of the base, and in DIR/head those of the "
                           "head (make compare\nmakes such a folder); DIR/base, the base's once "
                           "more, shows the noise"},
    [COMPARE_OUT] = {"out", "DIR", "with --measure: folder of the run (results/DATE-TIME)"},
    [COMPARE_BLOCKS] = {"blocks", "N", "with --measure: how many pairs of every cell"},
    [COMPARE_STRATEGY] = {"strategy", "A,B", "with --measure: only these"},
    [COMPARE_WORKLOAD] = {"workload", "A,B", "with --measure: only these"},
    [COMPARE_FORMAT] = {"format", "NAME", "terminal (default), markdown or json"},
    [COMPARE_METRIC] = {"metric", "A,B", "only these metrics; counters are among them"},
    [COMPARE_CELL] = {"cell", "TEXT", "only cells whose key contains this"},
    [COMPARE_ALL] = {"all", NULL, "rows that are unchanged or not resolved, too"},
};

struct compare_request {
    const struct call *call;
    const char **flag; // of the call
    struct compare compare;
    struct options options; // of the run to make
    enum rows_format format;
};

static const char compare_usage[] =
    "usage: heapbench compare [flags] DIR           two builds of one run\n"
    "       heapbench compare [flags] BASE HEAD     two runs\n"
    "       heapbench compare --measure PLAN --bench-dir DIR [flags]\n\n"
    "What is better, worse, or the same, in words. make compare BASE=origin/main builds and "
    "compares two\n"
    "revisions. Counters are exact, instructions are held to 0.5 %, or 0.4 % where they repeat, "
    "times and memory to\n"
    "10 % or three times what the base differs from itself by, and only where the interval over "
    "pairs excludes 1\n"
    "(results/compare.sql), tails and pauses only where results/differ.sql calls them different, "
    "too. Runs that\n"
    "were not interleaved differ by what the machine did meanwhile, too.\n";
static const char compare_after[] =
    "exit status: 0 unchanged or better; 1 an invocation failed; 2 usage; 3 worse";

static int compare_refuse(const char *error) {
    return command_fail("compare", error, STATUS_USAGE);
}

static int compare_parse(struct compare_request *r) {
    int count = r->call->count;
    const char *blocks = r->flag[COMPARE_BLOCKS], *format = r->flag[COMPARE_FORMAT];
    bool measure = r->flag[COMPARE_MEASURE] != NULL;
    if (format &&
        (!rows_format(format, &r->format) ||
         (r->format != ROWS_TERMINAL && r->format != ROWS_MARKDOWN && r->format != ROWS_JSON)))
        return compare_refuse("--format: accepted: terminal, markdown, json");
    if (blocks && !number_whole(blocks, 1, 10000, &r->options.blocks))
        return compare_refuse("--blocks: accepted: a whole number from 1 to 10000");
    if (measure ? count || !r->flag[COMPARE_BENCH_DIR] : count < 1 || count > 2)
        return compare_refuse(measure ? "--measure takes a plan, and --bench-dir"
                                      : "takes one run with two builds, or two runs; see --help");
    r->options.out =
        measure ? r->flag[COMPARE_OUT] ? must(strdup(r->flag[COMPARE_OUT])) : folder_default()
                : must(strdup(r->call->operands[0]));
    r->compare = (struct compare){
        .base = r->options.out,
        .head = count == 2 ? r->call->operands[1] : NULL,
        .cell = r->flag[COMPARE_CELL] ? r->flag[COMPARE_CELL] : "",
        .metrics = r->flag[COMPARE_METRIC] ? r->flag[COMPARE_METRIC] : "",
    };
    return STATUS_OK;
}

// --------------------------------------------------------------------------------------- measuring
static int compare_measure(struct compare_request *r) {
    static const char *const builds[] = {COMPARE_HEAD, COMPARE_AGAIN};
    char error[COMPARE_ERROR_BYTES];
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
        char *path = text_format("%s/%s", r->flag[COMPARE_BENCH_DIR], builds[i]);
        if (access(path, X_OK) == 0)
            names_add(&r->options.builds, builds[i]);
        free(path);
    }
    names_split(&r->options.strategies, r->flag[COMPARE_STRATEGY] ? r->flag[COMPARE_STRATEGY] : "",
                ',');
    names_split(&r->options.workloads, r->flag[COMPARE_WORKLOAD] ? r->flag[COMPARE_WORKLOAD] : "",
                ',');
    if (!names_has(&r->options.builds, COMPARE_HEAD))
        return compare_refuse("--bench-dir: accepted: a folder with bench-NAME programs and a "
                              "folder head in it, as make compare makes");
    struct catalog *c = catalog_load(r->flag[COMPARE_BENCH_DIR], error, sizeof error);
    json_t *plan = c ? plan_load(r->flag[COMPARE_MEASURE], error, sizeof error) : NULL;
    int status = plan ? run_plan(&r->options, plan, c, false, r->call) : compare_refuse(error);
    json_decref(plan);
    catalog_free(c);
    return status;
}

// ---------------------------------------------------------------------------------------- printing
static void compare_table(sqlite3 *db, const char *sql, enum rows_format format) {
    struct rows *rows = command_rows("compare", db, sql);
    if (rows && rows->count) {
        rows_print(rows, format, stdout);
        putchar('\n');
    }
    rows_free(rows);
}

// Cells one after the other, each with its rows: keys are too long for a column.
static void compare_cells(sqlite3 *db, bool all, enum rows_format format) {
    struct rows *rows = command_rows("compare", db,
                                     all ? "select * from cells_shown"
                                         : "select * from cells_shown where verdict in "
                                           "('regressed', 'improved', 'differs')");
    int key = rows ? rows_find(rows, "key") : -1;
    for (size_t i = 0; rows && i < rows->count; i++) {
        const char *name = rows_text(rows, i, key);
        if (i && !strcmp(name, rows_text(rows, i - 1, key)))
            continue;
        printf(format == ROWS_MARKDOWN ? "**`%s`**\n\n" : "%s\n", name);
        struct rows *part = rows_part(rows, "key", name);
        part->columns[rows_find(part, "metric")].hidden = true;
        rows_print(part, format, stdout);
        putchar('\n');
        rows_free(part);
    }
    rows_free(rows);
}

static void compare_people(sqlite3 *db, const struct compare_request *r) {
    bool markdown = r->format == ROWS_MARKDOWN;
    command_lines("compare", db, "select * from about_shown", markdown ? "### " : "");
    putchar('\n');
    if (!command_lines("compare", db, "select * from sentences_shown", markdown ? "* " : ""))
        puts("No regression, and no improvement that this resolves.");
    putchar('\n');
    if (markdown)
        puts("<details><summary>Families (geometric means) and cells</summary>\n");
    compare_table(db, "select * from families_shown", r->format);
    compare_cells(db, r->flag[COMPARE_ALL] != NULL, r->format);
    if (markdown)
        puts("</details>\n");
    command_lines("compare", db, "select * from counts_shown", "");
    command_lines("compare", db, "select * from legend_shown", markdown ? "\n" : "");
}

// Prints, and says whether anything is worse.
static int compare_show(const struct compare_request *r) {
    char error[COMPARE_ERROR_BYTES];
    sqlite3 *db = compare_open(&r->compare, error, sizeof error);
    if (!db)
        return compare_refuse(error);
    struct rows *any = command_rows("compare", db, "select count(*) from change"),
                *worse = command_rows("compare", db,
                                      "select count(*) from sentence where verdict <> 'improved'");
    bool none = !any || !(rows_number(any, 0, 0) > 0);
    if (none)
        fputs("heapbench compare: nothing was measured on both sides that could be compared\n",
              stderr);
    int status = !worse || none                 ? STATUS_FAILED
                 : rows_number(worse, 0, 0) > 0 ? STATUS_REGRESSION
                                                : STATUS_OK;
    rows_free(worse);
    rows_free(any);
    if (r->format == ROWS_JSON)
        command_lines("compare", db, "select * from json_shown", "");
    else
        compare_people(db, r);
    sqlite3_close(db);
    return status;
}

static int compare_main(const struct call *call) {
    struct compare_request r = {
        .call = call, .flag = call->flag, .options = {.seed = UINT64_MAX, .budget_s = -1}};
    int status = compare_parse(&r);
    if (status == STATUS_OK) {
        status = r.flag[COMPARE_MEASURE] ? compare_measure(&r) : STATUS_OK;
        // What failed on one side alone is a finding; the table says so.
        int shown = status == STATUS_OK || status == STATUS_FAILED ? compare_show(&r) : status;
        status = shown != STATUS_OK ? shown : status;
    }
    free(r.options.out);
    names_free(&r.options.builds);
    names_free(&r.options.strategies);
    names_free(&r.options.workloads);
    return status;
}

COMMAND(compare, "two builds or two runs, and what is worse, in words",
        COMMAND_FLAGS(compare_flags), .after = compare_after)
