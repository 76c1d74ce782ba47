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
#include "store/scan.h"
#include "store/store.h"

#include <string.h>

enum { WORK_JOBS, WORK_OUT, WORK_BENCH_DIR, WORK_FLAGS };
static const struct flag work_flags[WORK_FLAGS] = {
    [WORK_JOBS] = {"jobs", "A-B", "only lines A to B, from 1; A alone is one line"},
    [WORK_OUT] = {"out", "DIR", "records go to DIR/spool; may be the folder of the run"},
    [WORK_BENCH_DIR] = {"bench-dir", "DIR",
                        "folder of the bench-NAME programs (that of heapbench)"},
};

static const char work_usage[] =
    "usage: heapbench work [flags] --out DIR JOBS\n\n"
    "Do the jobs of a run's jobs.ndjson, or of some of its lines, and leave one record for each "
    "in\n"
    "DIR/spool. Records that several machines leave are merged by copying the files into the\n"
    "spool of the run's folder; heapbench run --resume then does what is missing, and reports.\n";

static int work_refuse(const char *error) {
    return command_fail("work", error, STATUS_USAGE);
}

// "7" or "1-100"; NULL for all.
static bool work_lines(const char *text, uint64_t *from, uint64_t *to) {
    char *first = must(strdup(text ? text : "1-1000000000")), *dash = strchr(first, '-');
    if (dash)
        *dash = 0;
    bool good = number_whole(first, 1, 1000000000, from) &&
                number_whole(dash ? dash + 1 : first, *from, 1000000000, to);
    free(first);
    return good;
}

// One line: done, saved, told.
static int work_one(const struct work *work, struct store *store, const json_t *jobs,
                    const json_t *json) {
    struct job job;
    int error;
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
    bool good = record && !error && !outcome_is_failure(outcome_of(record));
    json_decref(record);
    return good ? STATUS_OK : STATUS_FAILED;
}

static void work_keep(void *context, json_t *record) {
    store_slim(record);
    json_array_append(context, record);
}

static int work_all(const struct work *work, const json_t *jobs, uint64_t from, uint64_t to) {
    char *spool = text_format("%s/spool", work->dir), unread[512];
    int error = file_make_folders(spool), status = error ? STATUS_FAILED : STATUS_OK;
    struct store *store = store_spool(work->dir);
    if (error)
        fprintf(stderr, "heapbench work: cannot make %s: %s\n", spool, strerror(error));
    // What a load is, closed loops tell that were done before.
    scan_records(work->dir, &(struct scan){.visit = work_keep, .context = store->records}, unread,
                 sizeof unread);
    for (uint64_t i = from - 1; !error && i < to && i < json_array_size(jobs); i++)
        if (work_one(work, store, jobs, json_array_get(jobs, i)))
            status = STATUS_FAILED;
    store_free(store);
    free(spool);
    return status;
}

static int work_main(const struct call *call) {
    char error[4096];
    const char **flag = call->flag;
    uint64_t from, to;
    if (!work_lines(flag[WORK_JOBS], &from, &to))
        return work_refuse("--jobs: accepted: lines from 1, like 7 or 1-100");
    if (!flag[WORK_OUT] || call->count != 1)
        return work_refuse("takes --out DIR and one file of jobs, e.g. results/latest/jobs.ndjson");
    struct catalog *c = catalog_load(flag[WORK_BENCH_DIR], error, sizeof error);
    json_t *jobs = c ? jobs_load(*call->operands, error, sizeof error) : NULL;
    bool there = jobs && from <= json_array_size(jobs);
    if (jobs && !there)
        snprintf(error, sizeof error, "--jobs: %s has %zu lines", *call->operands,
                 json_array_size(jobs));
    struct work work = {c, flag[WORK_OUT], -1};
    int status = there ? work_all(&work, jobs, from, to) : work_refuse(error);
    json_decref(jobs);
    catalog_free(c);
    return status;
}

COMMAND(work, "do the jobs of some lines of a file", COMMAND_FLAGS(work_flags))
