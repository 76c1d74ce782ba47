// work.c - heapbench work: the jobs of some lines of a file, for whatever hands out lines to machines.

#include "run/work.h"
#include "base/file.h"
#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "model/outcome.h"
#include "run.h"
#include "store/store.h"

#include <string.h>

enum { WORK_JOBS, WORK_OUT, WORK_BENCH_DIR, WORK_HELP, WORK_FLAGS };
static const struct flag work_flags[WORK_FLAGS] = {
    [WORK_JOBS] = {"jobs", "A-B", "only lines A to B, from 1; A alone is one line"},
    [WORK_OUT] = {"out", "DIR", "records go to DIR/spool; may be the folder of the run"},
    [WORK_BENCH_DIR] = {"bench-dir", "DIR",
                        "folder of the bench-NAME programs (that of heapbench)"},
    [WORK_HELP] = {"help", NULL, "this text"},
};

struct work_request {
    const char *jobs, *out, *bench_dir;
    uint64_t from, to; // lines
    bool help;
};

static int work_usage(const char *error) {
    fprintf(stderr, "heapbench work: %s\n", error);
    return STATUS_USAGE;
}

static int work_help(void) {
    puts("usage: heapbench work [flags] --out DIR JOBS\n\n"
         "Do the jobs of a run's jobs.ndjson, or of some of its lines, and leave one record for "
         "each in\n"
         "DIR/spool. Records that several machines leave are merged by copying the files into the\n"
         "spool of the run's folder; heapbench run --resume then does what is missing, and "
         "reports.\n");
    flags_help(work_flags, WORK_FLAGS);
    return STATUS_OK;
}

static bool work_lines(const char *text, struct work_request *r) {
    char *from = must(strdup(text)), *dash = strchr(from, '-');
    if (dash)
        *dash = 0;
    bool good = number_whole(from, 1, 1000000000, &r->from) &&
                number_whole(dash ? dash + 1 : from, r->from, 1000000000, &r->to);
    free(from);
    return good;
}

static int work_parse(struct work_request *r, int argc, char **argv) {
    struct flags f;
    *r = (struct work_request){.from = 1, .to = UINT64_MAX};
    flags_start(&f, work_flags, WORK_FLAGS, argc, argv);
    for (int flag; (flag = flags_next(&f)) != FLAGS_END;) {
        if (flag == FLAGS_ERROR)
            return work_usage(f.error);
        if (flag == WORK_JOBS && !work_lines(f.value, r))
            return work_usage("--jobs: accepted: lines from 1, like 7 or 1-100");
        const char **texts[WORK_FLAGS] = {[WORK_OUT] = &r->out, [WORK_BENCH_DIR] = &r->bench_dir};
        if (texts[flag])
            *texts[flag] = f.value;
        r->help |= flag == WORK_HELP;
    }
    if (r->help)
        return STATUS_OK;
    if (!r->out || flags_rest(&f) + 1 != argc)
        return work_usage("takes --out DIR and one file of jobs, e.g. results/latest/jobs.ndjson");
    r->jobs = argv[flags_rest(&f)];
    return STATUS_OK;
}

// One line: done, saved, told.
static int work_one(const struct work *work, struct store *store, const json_t *json) {
    struct job job;
    int error;
    job_read(json, &job);
    const char *lacks = work_can(work->catalog, &job);
    json_t *record = lacks ? NULL : work_run(work, &job, &error);
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

static int work_all(const struct work_request *r, const struct catalog *c, const json_t *jobs) {
    char *spool = text_format("%s/spool", r->out);
    int error = file_make_folders(spool), status = STATUS_OK;
    struct store *store = store_spool(r->out);
    struct work work = {c, r->out, -1};
    if (error)
        fprintf(stderr, "heapbench work: cannot make %s: %s\n", spool, strerror(error));
    for (uint64_t i = r->from - 1; !error && i < r->to && i < json_array_size(jobs); i++)
        if (work_one(&work, store, json_array_get(jobs, i)))
            status = STATUS_FAILED;
    store_free(store);
    free(spool);
    return error ? STATUS_FAILED : status;
}

int work_main(int argc, char **argv) {
    char error[4096];
    struct work_request r;
    int status = work_parse(&r, argc, argv);
    if (status != STATUS_OK || r.help)
        return status != STATUS_OK ? status : work_help();
    struct catalog *c = catalog_load(r.bench_dir, error, sizeof error);
    json_t *jobs = c ? jobs_load(r.jobs, error, sizeof error) : NULL;
    if (jobs && r.from > json_array_size(jobs)) {
        snprintf(error, sizeof error, "--jobs: %s has %zu lines", r.jobs, json_array_size(jobs));
        status = work_usage(error);
    } else {
        status = jobs ? work_all(&r, c, jobs) : work_usage(error);
    }
    json_decref(jobs);
    catalog_free(c);
    return status;
}
