// run.c - heapbench run: a plan becomes jobs, jobs become records, records become a report.

#include "run.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/must.h"
#include "base/status.h"
#include "base/table.h"
#include "base/text.h"
#include "command.h"
#include "judge/agree.h"
#include "judge/trust.h"
#include "report.h"
#include "run/again.h"
#include "run/dispatch.h"
#include "run/engine.h"
#include "run/estimate.h"
#include "run/interpreters.h"
#include "run/manifest.h"
#include "run/oracle.h"
#include "run/rate.h"
#include "run/record.h"
#include "run/work.h"
#include "store/folder.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { RUN_ERROR_BYTES = 4096, RUN_MOST_BLOCKS = 10000 };

static const char run_usage[] = ""; // options_parse prints it

static int run_refuse(const char *error) {
    return command_fail("run", error, STATUS_USAGE);
}

// ---------------------------------------------------------------------------------------- estimate
struct run_time {
    double total_s;      // of the jobs that are left
    size_t left, all;    // jobs
    size_t cells, known; // and cells whose time comes from the newest run
    double assumed_s;    // for each other
};

static struct run_time run_time(const struct engine *e) {
    double factor = json_number_value(json_object_get(e->manifest, "steps_factor"));
    struct run_time time = {.cells = json_array_size(json_object_get(e->manifest, "cells")),
                            .assumed_s = ESTIMATE_CELL_S * factor + ESTIMATE_OVERHEAD_S};
    json_t *estimate = estimate_load(FOLDER_LATEST), *json;
    struct job job;
    size_t i;
    json_array_foreach(e->jobs, i, json) {
        bool known;
        job_read(json, &job);
        double job_s = estimate_job_s(estimate, &job, factor, &known);
        time.known += known && job.block == 0;
        time.all += job.block < e->blocks;
        time.left += engine_is_left(e, json);
        time.total_s += engine_is_left(e, json) ? job_s : 0;
    }
    json_decref(estimate);
    return time;
}

static void run_announce(const struct engine *e, FILE *out) {
    struct run_time time = run_time(e);
    size_t base = (size_t)json_integer_value(json_object_get(e->manifest, "base_cells"));
    fprintf(out, "%zu cells (%zu of the base matrix, %zu around it) x %llu block%s, %s", time.cells,
            base, time.cells - base, (unsigned long long)e->blocks, e->blocks == 1 ? "" : "s",
            text_member(e->manifest, "mode"));
    if (time.left < time.all)
        fprintf(out, ", %zu of %zu invocations left", time.left, time.all);
    fprintf(out, ": about %s", si_time(ceil(time.total_s) * 1e9).text);
    if (time.known == time.cells)
        fputs(", as in the newest run", out);
    else
        fprintf(out, "; %zu cells timed by the newest run, %.2g s assumed for each other",
                time.known, time.assumed_s);
    if (e->budget_s > 0 && time.total_s > e->budget_s)
        fprintf(out, "; less if over %s (--budget)", si_time(e->budget_s * 1e9).text);
    fputc('\n', out);
}

static int run_dry(struct engine *e, const struct options *o) {
    size_t i;
    json_t *cell;
    json_array_foreach(json_object_get(e->manifest, "cells"), i, cell)
        printf("%s\n", text_member(cell, "key"));
    run_announce(e, stdout);
    char error[RUN_ERROR_BYTES], *dir = o->out ? must(strdup(o->out)) : folder_default();
    const struct dispatch d = {&o->engine, dir, o->bench_dir, true};
    bool good = !dispatch_wanted(&o->engine) || dispatch_run(&d, e, error, sizeof error);
    free(dir);
    return good ? STATUS_OK : command_fail("run", error, STATUS_FAILED);
}

// -------------------------------------------------------------------------------------- afterwards
static int run_report(const char *dir) {
    char error[RUN_ERROR_BYTES];
    struct store *store = store_open_manifest(dir, error, sizeof error);
    if (!store) {
        fprintf(stderr, "heapbench: %s\n", error);
        return STATUS_FAILED;
    }
    int status = report_run(store, stdout);
    store_free(store);
    return status;
}

// How many ran out of memory: a result, except where nothing else came of a run.
static bool run_out_of_memory(const struct store *store) {
    size_t out = 0, i, count = json_array_size(store->records);
    json_t *record;
    json_array_foreach(store->records, i, record) out += outcome_of(record) == OUTCOME_MEMORY;
    if (out)
        fprintf(stderr, "heapbench: %zu of %zu invocations ran out of memory\n", out, count);
    return out && out == count;
}

// What is wrong with the records, on stderr. Returns whether anything is.
static bool run_complaints(const struct store *store) {
    size_t failures = record_failures(store->records), disagreements;
    bool known = agree_check(store->dir, stderr, &disagreements);
    if (disagreements)
        fprintf(stderr,
                "heapbench: %zu answers differ between invocations of one program: a strategy "
                "is wrong, and its figures with it\n",
                disagreements);
    if (failures)
        fprintf(stderr, "heapbench: %zu of %zu invocations crashed, timed out or failed\n",
                failures, json_array_size(store->records));
    return run_out_of_memory(store) || !known || disagreements || failures;
}

static int run_finish(struct engine *e, enum engine_end end, bool report) {
    struct store *store = e->store;
    size_t saved = json_array_size(store->records);
    if (end == ENGINE_CANNOT_SAVE)
        return STATUS_FAILED;
    char error[RUN_ERROR_BYTES];
    bool folded = store_fold(store, error, sizeof error);
    if (!folded)
        fprintf(stderr, "heapbench: %s; the new records stay in %s/spool\n", error, store->dir);
    oracle_forget(store->dir, false);
    int status = saved && report ? run_report(store->dir) : STATUS_OK;
    bool complaints = run_complaints(store);
    if (end == ENGINE_INTERRUPTED) {
        char *resume = folder_resume(store->dir);
        fprintf(stderr, "interrupted: %zu of %zu invocations are saved; go on with: %s\n", saved,
                saved + engine_left(e), resume);
        free(resume);
        return STATUS_INTERRUPTED;
    }
    return complaints || !folded ? STATUS_FAILED : status;
}

// What no engine did is left, and can be asked for again.
static int run_incomplete(const struct engine *e, const char *error) {
    size_t left = engine_left(e);
    if (*error)
        fprintf(stderr, "heapbench: %s\n", error);
    if (left) {
        char *resume = folder_resume(e->store->dir);
        fprintf(stderr,
                "heapbench: %zu invocations were not made; go on here with: %s, or have an engine "
                "go on: --engine NAME beside it\n",
                left, resume);
        free(resume);
    }
    return left || *error ? STATUS_FAILED : STATUS_OK;
}

static int run_dispatch(struct engine *e, const struct options *o, bool report) {
    char error[RUN_ERROR_BYTES] = "";
    const struct dispatch d = {&o->engine, e->store->dir, o->bench_dir, false};
    dispatch_run(&d, e, error, sizeof error);
    int status = run_incomplete(e, error), finished = run_finish(e, ENGINE_DONE, report);
    return status ? status : finished;
}

static int run_engine(struct engine *e, const struct options *o, bool report) {
    run_announce(e, stderr);
    trust_warn(trust_live(text_member(e->catalog->build, "build")), stderr);
    // Without it a report must name the folder, no more.
    int latest = report ? folder_set_latest(e->store->dir) : 0;
    if (latest)
        fprintf(stderr,
                "warning: " FOLDER_LATEST " cannot be made a link to this run: %s; commands must "
                "name its folder\n",
                strerror(latest));
    fprintf(stderr, "records in %s\n", e->store->dir);
    return dispatch_wanted(&o->engine) ? run_dispatch(e, o, report)
                                       : run_finish(e, engine_run(e), report);
}

// ------------------------------------------------------------------------------------------- fresh
static bool run_has_rates(const json_t *jobs, char *error, size_t error_bytes) {
    const char *lacks = rate_lacks(jobs);
    if (lacks)
        snprintf(
            error, error_bytes,
            "%s: a load is a share of the rate of a closed loop: accepted: beside a cell of the "
            "same program without @load",
            lacks);
    return !lacks;
}

// A text that the run itself adds to is another one each time that it is read. NULL: no input is a folder around the run's.
static const char *run_input_around(const char *dir, const struct names *inputs) {
    char *at = must(strdup(dir)), *whole, *cut;
    const char *around = NULL;
    while (!(whole = realpath(at, NULL)) && (cut = strrchr(at, '/')) && cut > at)
        *cut = '\0';
    if (!whole)
        whole = must(realpath(*at == '/' ? "/" : ".", NULL));
    for (size_t i = 0; i < inputs->count && !around; i++) {
        size_t length = strlen(inputs->items[i]);
        bool below =
            !strncmp(whole, inputs->items[i], length) && (!whole[length] || whole[length] == '/');
        around = below ? inputs->items[i] : NULL;
    }
    free(whole);
    free(at);
    return around;
}

static int run_store(struct engine *e, const struct options *o, bool report) {
    char error[RUN_ERROR_BYTES];
    char *dir = o->out ? must(strdup(o->out)) : folder_default();
    const char *around = run_input_around(dir, &o->inputs);
    if (around) {
        snprintf(error, sizeof error,
                 "%s lies in the input %s, and would change it: accepted: --out somewhere else",
                 dir, around);
        free(dir);
        return run_refuse(error);
    }
    errno = 0;
    e->store = store_create(dir, json_incref(e->manifest), error, sizeof error);
    int problem = e->store ? store_write_lines(e->store, "jobs.ndjson", e->jobs) : errno;
    int status = STATUS_FAILED;
    if (e->store && problem)
        fprintf(stderr, "heapbench run: cannot write %s/jobs.ndjson: %s\n", dir, strerror(problem));
    else if (e->store)
        status = run_engine(e, o, report);
    else // a full disk is no matter of usage
        status = run_refuse(error) && (problem == ENOSPC || problem == EDQUOT || problem == EFBIG)
                     ? STATUS_FAILED
                     : STATUS_USAGE;
    free(dir);
    store_free(e->store);
    return status;
}

// Cells that were typed take the place of the plan's.
static void run_take_cells(const struct options *o, json_t *json) {
    json_t *keys = must(json_array());
    for (size_t i = 0; i < o->cells.count; i++)
        json_array_append_new(keys, json_string(o->cells.items[i]));
    if (o->cells.count)
        json_object_set_new(json, "slices", json_pack("[{s:O}]", "cells", keys));
    json_decref(keys);
}

// Limits that are multiples of the least memory need that; a dry run runs nothing. Adds to *spent_s
// the seconds that it took.
static bool run_rooms(struct plan *plan, const struct selection *s, double *spent_s, char *error,
                      size_t error_bytes) {
    uint64_t start_ns = clock_wall_ns();
    if (!plan_has_rooms(plan) || s->options->dry_run)
        return true;
    struct minheap *m = minheap_open(s->catalog, MINHEAP_FACTS, stderr, error, error_bytes);
    bool good = m && plan_rooms(plan, s, m, error, error_bytes);
    minheap_close(m);
    *spent_s += (double)(clock_wall_ns() - start_ns) / 1e9;
    return good;
}

// An incident may be one of which the suite only says that it cannot be run.
static void run_nothing(const struct plan *plan, char *error, size_t error_bytes) {
    const json_t *incident = json_array_get(plan->incidents, 0);
    const char *cannot = text_member(incident, "cannot");
    snprintf(error, error_bytes, "nothing to run: %s%s%s",
             *cannot ? text_member(incident, "name") : "",
             *cannot ? " cannot be shown here: "
                     : "the chosen strategies run none of the chosen workloads",
             cannot);
    run_refuse(error);
}

int run_plan(struct options *o, json_t *json, const struct catalog *c, bool report,
             const struct call *call) {
    char error[RUN_ERROR_BYTES];
    struct selection *s = NULL;
    struct plan *plan = NULL;
    int status = STATUS_USAGE;
    double spent_s = 0;
    size_t file = (size_t)snprintf(error, sizeof error, "%s: ", text_member(json, "file"));
    file = file < sizeof error / 2 ? file : 0;
    run_take_cells(o, json);
    if (!options_from_plan(o, json, error + file, sizeof error - file) ||
        !dispatch_check(&o->engine, error, sizeof error) ||
        !(s = selection_new(c, o, error, sizeof error)) ||
        !(plan = plan_new(s, json, error, sizeof error)) ||
        !run_rooms(plan, s, &spent_s, error, sizeof error)) {
        run_refuse(error);
    } else if (!plan->count) {
        run_nothing(plan, error, sizeof error);
    } else {
        if (report) // claims are set against limits, not against each other
            again_add(plan, s, json);
        json_t *manifest = manifest_new(s, plan, json, call->argc, call->argv),
               *jobs = plan_jobs(plan, s);
        struct engine e = {.catalog = c,
                           .manifest = manifest,
                           .jobs = jobs,
                           .blocks = o->blocks,
                           .budget_s = dispatch_wanted(&o->engine) ? 0 : o->budget_s,
                           .spent_s = spent_s,
                           .rows = report};
        status = !run_has_rates(jobs, error, sizeof error) ? run_refuse(error)
                 : o->dry_run                              ? run_dry(&e, o)
                                                           : run_store(&e, o, report);
        json_decref(manifest);
        json_decref(jobs);
    }
    plan_free(plan);
    selection_free(s);
    return status;
}

static int run_fresh(struct options *o, const struct catalog *c, const struct call *call) {
    char error[RUN_ERROR_BYTES];
    json_t *json = plan_load(o->plan, error, sizeof error);
    int status = json ? run_plan(o, json, c, true, call) : run_refuse(error);
    json_decref(json);
    return status;
}

// ----------------------------------------------------------------------------------------- resumed
static void run_resumed_notes(const struct engine *e) {
    const struct store *store = e->store;
    const char *then = text_member(json_object_get(store->manifest, "build"), "commit");
    const char *now = text_member(e->catalog->build, "commit");
    for (size_t i = 0; i < store->damaged.count; i++)
        fprintf(stderr,
                "warning: %s/%s: no whole record: moved to records.damaged, and what it held runs "
                "again\n",
                store->dir, store->damaged.items[i]);
    if (*then && *now && strcmp(then, now) != 0)
        fprintf(stderr,
                "warning: the run began with commit %s, the programs are now of %s: its records "
                "mix both; start a new run to compare\n",
                then, now);
}

// Whether the programs that are there can still do the jobs.
static bool run_can(const struct engine *e, char *error, size_t error_bytes) {
    struct job job;
    size_t i;
    json_t *json;
    json_array_foreach(e->jobs, i, json) {
        job_read(json, &job);
        const char *lacks = work_can(e->catalog, &job);
        if (lacks) {
            snprintf(error, error_bytes, "%s is in the plan and cannot be run any more: %s",
                     job.cell, lacks);
            return false;
        }
        // A failure is a result: what is missing is better said before than recorded of each.
        if (job.input && *job.input == '/' && engine_is_left(e, json) && access(job.input, R_OK)) {
            snprintf(error, error_bytes, "%s reads %s, which cannot be read any more: %s", job.cell,
                     job.input, strerror(errno));
            return false;
        }
    }
    return true;
}

static bool run_failed(const json_t *record) {
    return outcome_is_failure(outcome_of(record));
}

// What jobs.ndjson does not say. Returns false when a manifest does not have it, or no flag accepts it.
static bool run_options_of(json_t *manifest, struct engine *e) {
    json_int_t blocks = 0, base = 0;
    if (json_unpack(manifest, "{s:I,s:I,s:F}", "blocks", &blocks, "base_cells", &base, "budget_s",
                    &e->budget_s))
        return false;
    e->blocks = (uint64_t)blocks;
    size_t cells = json_array_size(json_object_get(manifest, "cells"));
    return blocks >= 1 && blocks <= RUN_MOST_BLOCKS && base >= 0 && (size_t)base <= cells;
}

static int run_resume(const struct options *o, const struct catalog *c) {
    char error[RUN_ERROR_BYTES];
    struct store *store = store_open(o->resume, error, sizeof error);
    if (!store)
        return run_refuse(error);
    if (!dispatch_check(&o->engine, error, sizeof error) ||
        (o->retry_failed && !store_retire(store, run_failed, error, sizeof error))) {
        store_free(store);
        return run_refuse(error);
    }
    char *path = text_format("%s/jobs.ndjson", o->resume);
    json_t *jobs = jobs_load(path, error, sizeof error);
    struct engine e = {
        .catalog = c, .manifest = store->manifest, .jobs = jobs, .store = store, .rows = true};
    int status = STATUS_USAGE;
    bool whole = jobs && run_options_of(store->manifest, &e);
    if (jobs && !whole)
        snprintf(error, sizeof error, "%s/run.json is damaged: it lacks the options of the run",
                 o->resume);
    if (!whole || !run_can(&e, error, sizeof error)) {
        run_refuse(error);
    } else {
        run_resumed_notes(&e);
        // A record that runs again would take the place of a damaged one in the spool.
        bool aside = !store->damaged.count || store_fold(store, error, sizeof error);
        status = aside ? run_engine(&e, o, true) : (run_refuse(error), STATUS_FAILED);
    }
    json_decref(jobs);
    free(path);
    store_free(store);
    return status;
}

// Of a run that is resumed, its manifest names them. Without --strategy none but these run, and what an
// incident compares. Returns the folder of programs, to be forgotten; or NULL.
static char *run_interpreters(struct options *o, char *error, size_t error_bytes) {
    char ignored[RUN_ERROR_BYTES], *path = o->resume ? text_format("%s/run.json", o->resume) : NULL;
    json_t *manifest = path ? file_json(path, ignored, sizeof ignored) : NULL;
    names_split(&o->execs, text_member(manifest, "exec"), ',');
    json_decref(manifest);
    free(path);
    if (!o->execs.count)
        return NULL;
    char *dir = interpreters_make(&o->execs, o->bench_dir, error, error_bytes);
    struct names names = interpreters_names(&o->execs);
    for (size_t i = 0; dir && i < names.count; i++)
        if (o->strategies.count || !o->incidents.count)
            names_add(&o->strategies, names.items[i]);
    names_free(&names);
    return dir;
}

static int run_main(const struct call *call) {
    char error[RUN_ERROR_BYTES] = "", *programs = NULL;
    struct options o;
    struct catalog *c = NULL;
    int status = STATUS_OK;
    bool good = options_parse(&o, call->argc, call->argv, error, sizeof error);
    if (good && !o.help)
        programs = run_interpreters(&o, error, sizeof error);
    good = good && !*error;
    if (good && !o.help)
        c = catalog_load(programs ? programs : o.bench_dir, error, sizeof error);
    if (!good || (!o.help && !c))
        status = run_refuse(error);
    else if (!o.help)
        status = o.resume ? run_resume(&o, c) : run_fresh(&o, c, call);
    catalog_free(c);
    interpreters_forget(programs);
    options_free(&o);
    return status;
}

COMMAND(run, "measure what a plan says", .after = NULL)
