// work.c - heapbench work: the jobs of some lines of a file, for whatever hands them to machines.

#include "run/work.h"
#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "model/outcome.h"
#include "run/bundle.h"
#include "run/oracle.h"
#include "store/scan.h"
#include "store/store.h"

#include <string.h>

enum { WORK_ERROR_BYTES = 4096, WORK_MOST_BUNDLES = 1000000 };

enum { WORK_BUNDLE, WORK_JOBS, WORK_OUT, WORK_BENCH_DIR, WORK_FLAGS };
static const struct flag work_flags[WORK_FLAGS] = {
    [WORK_BUNDLE] = {"bundle", "K", "bundle K of the run in DIR; records go to DIR/bundles/K"},
    [WORK_JOBS] = {"jobs", "LINES", "only these lines of JOBS, from 1: 7 or 1-100,120"},
    [WORK_OUT] = {"out", "DIR", "records go to DIR; may be the folder of the run"},
    [WORK_BENCH_DIR] = {"bench-dir", "DIR",
                        "folder of the bench-NAME programs (that of heapbench)"},
};

static const char work_usage[] =
    "usage: heapbench work [flags] --bundle K DIR\n"
    "       heapbench work [flags] --out DIR JOBS\n\n"
    "Do a bundle of a run (heapbench run --engine), or jobs of a run's jobs.ndjson, and leave a\n"
    "record for each. What DIR has a record of is not done again, so that work which was cut off\n"
    "can be handed out once more. heapbench run --resume takes what machines left in DIR/bundles,\n"
    "or in DIR/spool, does what is missing, and reports.\n";

static int work_refuse(const char *error) {
    return command_fail("work", error, STATUS_USAGE);
}

// What is to be done, and where.
struct assignment {
    json_t *jobs; // all lines of the file
    bool *lines;  // which of them
    char *out;
};

static void assignment_free(struct assignment *a) {
    json_decref(a->jobs);
    free(a->lines);
    free(a->out);
}

// One line: done, saved, told. What cannot be saved ends it: the next record could not be, either.
static bool work_one(const struct work *work, struct store *store, const json_t *jobs,
                     const json_t *json, bool *saved) {
    struct job job;
    int error = 0;
    job_read(json, &job);
    const char *lacks = work_can(work->catalog, &job);
    json_t *record = lacks          ? NULL
                     : job.load > 0 ? work_load(work, &job, jobs, store->records, &error)
                                    : work_run(work, &job, &error);
    if (lacks)
        fprintf(stderr, "heapbench work: %s cannot be run here: %s\n", job.cell, lacks);
    else if (record && !(error = store_add(store, record)))
        printf("%llu %s %s\n", (unsigned long long)job.order, job.cell,
               text_member(record, "outcome"));
    else
        fprintf(stderr, "heapbench work: cannot save a record in %s: %s\n", store->dir,
                strerror(error));
    *saved = lacks || !error;
    bool good = record && !error && !outcome_is_failure(outcome_of(record));
    store_slim(record);
    json_decref(record);
    return good ? STATUS_OK : STATUS_FAILED;
}

static int work_lines(const struct work *work, struct store *store, const struct assignment *a) {
    int status = STATUS_OK;
    bool saved = true;
    size_t i;
    json_t *job;
    json_array_foreach(a->jobs, i, job) {
        int block = (int)json_integer_value(json_object_get(job, "block"));
        if (!saved || !a->lines[i] || store_has(store, text_member(job, "cell"), block))
            continue;
        if (work_one(work, store, a->jobs, job, &saved))
            status = STATUS_FAILED;
    }
    return status;
}

static int work_all(const struct catalog *c, const struct assignment *a, bool fold) {
    const struct work work = {c, a->out, -1};
    char *spool = text_format("%s/spool", a->out), error[WORK_ERROR_BYTES];
    int problem = file_make_folders(spool), status = STATUS_FAILED;
    struct store *store = store_spool(a->out);
    if (problem)
        fprintf(stderr, "heapbench work: cannot make %s: %s\n", spool, strerror(problem));
    else if (!store_read(store, error, sizeof error))
        fprintf(stderr, "heapbench work: %s\n", error);
    else
        status = work_lines(&work, store, a);
    if (!problem && fold && !store_fold(store, error, sizeof error))
        fprintf(stderr, "heapbench work: %s; the records stay in %s\n", error, spool);
    if (fold)
        oracle_forget(a->out, true);
    store_free(store);
    free(spool);
    return status;
}

// ------------------------------------------------------------------------------------- what is asked
static bool work_given(struct assignment *a, const char *path, const char *list, const char *out,
                       char *error, size_t error_bytes) {
    char *all = NULL;
    a->jobs = jobs_load(path, error, error_bytes);
    if (!a->jobs)
        return false;
    if (!list)
        list = all = text_format("1-%zu", json_array_size(a->jobs));
    a->lines = bundle_lines(list, json_array_size(a->jobs));
    a->out = must(strdup(out));
    if (!a->lines)
        snprintf(error, error_bytes, "--jobs '%s': accepted: lines like 7 or 1-100,120; %s has %zu",
                 list, path, json_array_size(a->jobs));
    free(all);
    return a->lines;
}

// The line of a bundle, a new reference.
static json_t *work_bundle_line(const char *dir, uint64_t k, char *error, size_t error_bytes) {
    char *path = text_format("%s/" BUNDLE_FILE, dir), *text = text_read_file(path, NULL);
    struct names lines = {0};
    json_t *bundle = NULL;
    if (text)
        names_split(&lines, text, '\n');
    if (k <= lines.count)
        bundle = json_loads(lines.items[k - 1], 0, NULL);
    if (!text)
        snprintf(error, error_bytes, "%s is no folder of a run that an engine does: no %s", dir,
                 BUNDLE_FILE);
    else if (!bundle)
        snprintf(error, error_bytes, "--bundle %llu: accepted: 1 to %zu", (unsigned long long)k,
                 lines.count);
    names_free(&lines);
    free(text);
    free(path);
    return bundle;
}

static bool work_bundle(struct assignment *a, const char *dir, uint64_t k, char *error,
                        size_t error_bytes) {
    json_t *bundle = work_bundle_line(dir, k, error, error_bytes);
    if (!bundle)
        return false;
    char *jobs = text_format("%s/jobs.ndjson", dir);
    char *out = text_format("%s/" SCAN_BUNDLES "/%llu", dir, (unsigned long long)k);
    bool good = work_given(a, jobs, text_member(bundle, "lines"), out, error, error_bytes);
    json_decref(bundle);
    free(jobs);
    free(out);
    return good;
}

static int work_main(const struct call *call) {
    char error[WORK_ERROR_BYTES];
    const char **flag = call->flag, *file = *call->operands;
    uint64_t k = 0;
    bool bundle = flag[WORK_BUNDLE], other = flag[WORK_OUT] || flag[WORK_JOBS];
    if (call->count != 1 || (bundle ? other : !flag[WORK_OUT]))
        return work_refuse("takes --bundle K and the folder of a run, or --out DIR and one file of "
                           "jobs, e.g. results/latest/jobs.ndjson");
    if (bundle && !number_whole(flag[WORK_BUNDLE], 1, WORK_MOST_BUNDLES, &k))
        return work_refuse("--bundle: accepted: a whole number from 1");
    struct assignment a = {0};
    struct catalog *c = catalog_load(flag[WORK_BENCH_DIR], error, sizeof error);
    bool good =
        c && (bundle ? work_bundle(&a, file, k, error, sizeof error)
                     : work_given(&a, file, flag[WORK_JOBS], flag[WORK_OUT], error, sizeof error));
    int status = good ? work_all(c, &a, bundle) : work_refuse(error);
    assignment_free(&a);
    catalog_free(c);
    return status;
}

COMMAND(work, "do the jobs of some lines of a file", COMMAND_FLAGS(work_flags))
