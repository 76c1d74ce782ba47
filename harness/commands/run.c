// run.c - see run.h.

#include "run.h"

#include "base/must.h"
#include "base/status.h"
#include "base/table.h"
#include "judge/advice.h"
#include "judge/agree.h"
#include "report.h"
#include "run/estimate.h"
#include "run/manifest.h"
#include "run/matrix.h"
#include "run/record.h"
#include "store/folder.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { RUN_ERROR_BYTES = 4096 };

static int run_usage(const char *error) {
    fprintf(stderr, "heapbench run: %s\n", error);
    return STATUS_USAGE;
}

// ---------------------------------------------------------------------------------------- estimate
struct run_time {
    double total_s;   // of the invocations that are left
    size_t left, all; // invocations
    size_t known;     // cells whose time comes from the newest run
};

static struct run_time run_time(const struct matrix *m) {
    struct run_time time = {.all = m->plan->count * m->blocks};
    json_t *estimate = estimate_load(FOLDER_LATEST);
    for (size_t i = 0; i < m->plan->count; i++) {
        const struct cell *cell = m->plan->cells[i];
        bool known;
        double cell_s = estimate_cell_s(estimate, cell->key, matrix_steps(m, cell),
                                        m->options->steps_factor, &known);
        size_t left = 0;
        for (uint64_t block = 0; block < m->blocks; block++)
            left += !m->store || !store_has(m->store, cell->key, (int)block);
        time.total_s += cell_s * (double)left;
        if (plan_audits(m->plan, i) && (!m->store || !store_has(m->store, cell->key, 0)))
            time.total_s += estimate_audit_s(estimate, cell->key);
        time.left += left;
        time.known += known;
    }
    json_decref(estimate);
    return time;
}

static void run_announce(const struct matrix *m, FILE *out) {
    const struct plan *plan = m->plan;
    struct run_time time = run_time(m);
    fprintf(out, "%zu cells (%zu of the base matrix, %zu around it) x %llu block%s, %s",
            plan->count, plan->base_count, plan->count - plan->base_count,
            (unsigned long long)m->blocks, m->blocks == 1 ? "" : "s",
            m->options->full ? "full" : "quick");
    if (time.left < time.all)
        fprintf(out, ", %zu of %zu invocations left", time.left, time.all);
    fprintf(out, ": about %s", si_time(ceil(time.total_s) * 1e9).text);
    if (time.known == plan->count)
        fputs(", as in the newest run", out);
    else
        fprintf(out, "; %zu cells timed by the newest run, %.2g s assumed for each other",
                time.known, ESTIMATE_CELL_S * m->options->steps_factor + ESTIMATE_OVERHEAD_S);
    if (m->options->budget_s > 0 && time.total_s > m->options->budget_s)
        fprintf(out, "; fewer blocks if over %s (--budget)",
                si_time(m->options->budget_s * 1e9).text);
    fputc('\n', out);
}

static int run_dry(const struct matrix *m) {
    for (size_t i = 0; i < m->plan->count; i++)
        printf("%s\n", m->plan->cells[i]->key);
    run_announce(m, stdout);
    return STATUS_OK;
}

// -------------------------------------------------------------------------------------- afterwards
// Reads all records again, whole ones this time, for tables and plots.
static int run_report(const char *dir) {
    char error[RUN_ERROR_BYTES];
    struct store *store = store_open(dir, error, sizeof error);
    if (!store) {
        fprintf(stderr, "heapbench: %s\n", error);
        return STATUS_FAILED;
    }
    int status = report_run(store, stdout);
    store_free(store);
    return status;
}

static int run_finish(struct matrix *m, enum matrix_end end) {
    struct store *store = m->store;
    size_t saved = json_array_size(store->records), failures = record_failures(store->records);
    if (end == MATRIX_CANNOT_SAVE)
        return STATUS_FAILED;
    int error = store_fold(store);
    if (error)
        fprintf(stderr,
                "heapbench: cannot write %s/records.ndjson: %s; the records stay in %s/spool\n",
                store->dir, strerror(error), store->dir);
    int status = saved ? run_report(store->dir) : STATUS_OK;
    size_t disagreements = agree_check(store->dir, stderr);
    if (disagreements)
        fprintf(stderr,
                "heapbench: %zu answers differ between invocations of one program: a strategy "
                "is wrong, and its figures with it\n",
                disagreements);
    if (failures)
        fprintf(stderr, "heapbench: %zu of %zu invocations crashed, timed out or failed\n",
                failures, saved);
    if (end == MATRIX_INTERRUPTED) {
        fprintf(stderr,
                "interrupted: %zu of %zu invocations are saved; go on with: heapbench run "
                "--resume %s\n",
                saved, saved + matrix_left(m), store->dir);
        return STATUS_INTERRUPTED;
    }
    return disagreements || failures || error ? STATUS_FAILED : status;
}

static int run_matrix(struct matrix *m) {
    int error = folder_lock(m->store->dir);
    if (error) {
        fprintf(stderr, "heapbench run: %s: %s\n", m->store->dir,
                error == EWOULDBLOCK ? "another heapbench is running there; name another --out"
                                     : strerror(error));
        return STATUS_USAGE;
    }
    run_announce(m, stderr);
    advice_print(m->catalog, stderr);
    folder_set_latest(m->store->dir); // without it a report must name the folder: no reason to stop
    fprintf(stderr, "records in %s\n", m->store->dir);
    return run_finish(m, matrix_run(m));
}

// ------------------------------------------------------------------------------------------- fresh
static int run_store(struct matrix *m, int argc, char **argv) {
    char error[RUN_ERROR_BYTES];
    char *dir = m->options->out ? must(strdup(m->options->out)) : folder_default();
    json_t *manifest = manifest_new(m->options, m->catalog, m->plan, argc, argv);
    errno = 0;
    m->store = store_create(dir, manifest, error, sizeof error);
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG; // no matter of usage
    free(dir);
    int status = m->store ? run_matrix(m) : run_usage(error);
    if (!m->store && full)
        status = STATUS_FAILED;
    store_free(m->store);
    return status;
}

static int run_fresh(const struct options *o, const struct catalog *c, int argc, char **argv) {
    char error[RUN_ERROR_BYTES];
    struct selection *selection = selection_new(c, o, error, sizeof error);
    if (!selection)
        return run_usage(error);
    struct plan *plan = plan_new(selection, o->full);
    struct matrix m = {.options = o, .catalog = c, .plan = plan, .blocks = o->blocks};
    int status;
    if (!plan->count)
        status =
            run_usage("nothing to run: the chosen strategies run none of the chosen workloads");
    else
        status = o->dry_run ? run_dry(&m) : run_store(&m, argc, argv);
    plan_free(plan);
    selection_free(selection);
    return status;
}

// ----------------------------------------------------------------------------------------- resumed
static void run_slim(struct store *store) {
    size_t i;
    json_t *record;
    json_array_foreach(store->records, i, record) {
        store_slim(record);
    }
}

static void run_resumed_notes(const struct matrix *m) {
    const struct store *store = m->store;
    const char *then =
        json_string_value(json_object_get(json_object_get(store->manifest, "build"), "commit"));
    const char *now = json_string_value(json_object_get(m->catalog->build, "commit"));
    if (store->damaged)
        fprintf(stderr, "warning: %zu damaged %s skipped; what %s held runs again\n",
                store->damaged, store->damaged == 1 ? "record is" : "records are",
                store->damaged == 1 ? "it" : "they");
    if (then && now && strcmp(then, now))
        fprintf(stderr,
                "warning: the run began with commit %s, the programs are now of %s: its records "
                "mix both; start a new run to compare\n",
                then, now);
}

static int run_resume(struct options *o, const struct catalog *c) {
    char error[RUN_ERROR_BYTES];
    struct store *store = store_open(o->resume, error, sizeof error);
    if (!store)
        return run_usage(error);
    run_slim(store);
    struct plan *plan = plan_from_json(store->manifest);
    struct matrix m = {.options = o, .catalog = c, .plan = plan, .store = store};
    int status = STATUS_USAGE;
    if (!plan)
        snprintf(error, sizeof error, "%s/run.json is damaged: it lacks the cells of the plan",
                 o->resume);
    if (!plan || !manifest_options(store->manifest, o, error, sizeof error) ||
        !manifest_runnable(plan, c, error, sizeof error)) {
        run_usage(error);
    } else {
        m.blocks = o->blocks;
        run_resumed_notes(&m);
        status = run_matrix(&m);
    }
    plan_free(plan);
    store_free(store);
    return status;
}

int run_main(int argc, char **argv) {
    char error[RUN_ERROR_BYTES];
    struct options o;
    struct catalog *c = NULL;
    int status = STATUS_OK;
    if (!options_parse(&o, argc, argv, error, sizeof error))
        status = run_usage(error);
    else if (!o.help && !(c = catalog_load(o.bench_dir, error, sizeof error)))
        status = run_usage(error);
    else if (!o.help)
        status = o.resume ? run_resume(&o, c) : run_fresh(&o, c, argc, argv);
    catalog_free(c);
    options_free(&o);
    return status;
}
