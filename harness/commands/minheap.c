// minheap.c - heapbench minheap: with how little memory does each strategy run a program?

#include "run/minheap.h"
#include "base/must.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"
#include "run/plan.h"

#include <string.h>

enum { MINHEAP_ERROR_BYTES = 4096 };

static const char minheap_usage[] = ""; // minheap_main prints it
static const char minheap_help[] =
    "usage: heapbench minheap [flags of heapbench run]\n\n"
    "The smallest heap limit at which a strategy runs a workload to its end, by bisection, to\n"
    "within 1 %: of each pair that --strategy, --workload, --set, --param, --preset, --steps,\n"
    "--seed, --input and --backing leave of the plan's base. What was found is kept in\n"
    "" MINHEAP_FACTS ", and searched for again when a program has been built anew. A run\n"
    "sweeps multiples of the least of all strategies: heapbench run --sweep heap=1.1x,1.5x,2x,4x\n";

static int minheap_refuse(const char *error) {
    return command_fail("minheap", error, STATUS_USAGE);
}

// What was found of a cell; 0: nothing.
struct minheap_row {
    struct cell *cell;
    uint64_t bytes;
};

static bool minheap_same_program(const struct cell *a, const struct cell *b) {
    return !strcmp(a->workload, b->workload) && !strcmp(a->params, b->params) &&
           !strcmp(a->input ? a->input : "", b->input ? b->input : "");
}

// The least of the rows of the same program.
static uint64_t minheap_row_least(const struct minheap_row *rows, size_t count, size_t of) {
    uint64_t least = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].bytes && (!least || rows[i].bytes < least) &&
            minheap_same_program(rows[i].cell, rows[of].cell))
            least = rows[i].bytes;
    return least;
}

static void minheap_print(const struct minheap_row *rows, size_t count) {
    struct table_column columns[] = {
        {"cell", 4, 0}, {"smallest heap", 13, 1}, {"bytes", 12, 1}, {"to the least", 12, 1}};
    for (size_t i = 0; i < count; i++)
        table_fit(&columns[0], (const char *const[]){rows[i].cell->key}, 1);
    table_head(stdout, columns, 4);
    for (size_t i = 0; i < count; i++) {
        double bytes = (double)rows[i].bytes;
        double least = (double)minheap_row_least(rows, count, i);
        char *exact = text_format("%.0f", bytes), *ratio = text_format("%.3gx", bytes / least);
        const char *known[] = {rows[i].cell->key, si_bytes(bytes).text, exact, ratio};
        const char *none[] = {rows[i].cell->key, "none", "", ""};
        table_row(stdout, columns, 4, rows[i].bytes ? known : none);
        free(exact);
        free(ratio);
    }
}

static int minheap_all(const struct plan *plan, const struct selection *s, struct minheap *m) {
    struct minheap_row *rows = must(calloc(plan->count + 1, sizeof *rows));
    json_t *jobs = plan_jobs(plan, s), *json;
    size_t count = 0, missing = 0, i;
    struct job job;
    json_array_foreach(jobs, i, json) {
        job_read(json, &job);
        if (job.block)
            continue;
        json_t *at = json_object_get(plan->index, job.cell);
        rows[count].cell = plan->cells[json_integer_value(at)];
        rows[count].bytes = minheap_of(m, &job, UINT64_MAX);
        missing += !rows[count++].bytes;
    }
    minheap_print(rows, count);
    free(rows);
    json_decref(jobs);
    return missing ? STATUS_FAILED : STATUS_OK;
}

static int minheap_plan(struct options *o, const struct catalog *c) {
    char error[MINHEAP_ERROR_BYTES];
    json_t *json = plan_load(o->plan, error, sizeof error);
    struct selection *s = NULL;
    struct plan *plan = NULL;
    struct minheap *m = NULL;
    int status = STATUS_USAGE;
    o->alone = true;
    o->blocks = 1;
    if (!json || !options_from_plan(o, json, error, sizeof error) ||
        !(s = selection_new(c, o, error, sizeof error)) ||
        !(plan = plan_new(s, json, error, sizeof error)) ||
        !(m = minheap_open(c, MINHEAP_FACTS, stderr, error, sizeof error)))
        minheap_refuse(error);
    else if (!plan->count)
        minheap_refuse("the chosen strategies run none of the chosen workloads");
    else
        status = minheap_all(plan, s, m);
    minheap_close(m);
    plan_free(plan);
    selection_free(s);
    json_decref(json);
    return status;
}

static int minheap_main(const struct call *call) {
    char error[MINHEAP_ERROR_BYTES];
    struct options o;
    struct catalog *c = NULL;
    int status = STATUS_USAGE;
    for (int i = 1; i < call->argc; i++)
        if (!strcmp(call->argv[i], "--help"))
            return fputs(minheap_help, stdout) < 0 ? STATUS_FAILED : STATUS_OK;
    if (!options_parse(&o, call->argc, call->argv, error, sizeof error))
        minheap_refuse(error);
    else if (o.resume || options_has_axes(&o) || o.cells.count || o.incidents.count)
        minheap_refuse("accepted: flags that choose and set, no sweep, cell, incident or run");
    else if ((c = catalog_load(o.bench_dir, error, sizeof error)))
        status = minheap_plan(&o, c);
    else
        minheap_refuse(error);
    catalog_free(c);
    options_free(&o);
    return status;
}

COMMAND(minheap, "with how little memory each strategy runs a program", .after = NULL)
