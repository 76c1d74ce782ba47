// engine.c - does the jobs of a run one after the other, saves each record, and tells how it goes.

#include "engine.h"

#include "base/clock.h"
#include "base/must.h"
#include "base/text.h"
#include "estimate.h"
#include "manifest.h"
#include "model/outcome.h"
#include "progress.h"
#include "provisional.h"
#include "work.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { ENGINE_FEWEST_BLOCKS = 3 }; // below that a confidence interval over blocks says nothing

struct engine_state {
    struct engine *e;
    struct work work;
    struct progress progress;
    struct provisional rows;
    json_t *base;    // cells of the base matrix, by key
    json_t *told;    // cells whose failure was printed
    double audits_s; // what audits took so far
};

bool engine_is_left(const struct engine *e, const json_t *job) {
    json_int_t block = json_integer_value(json_object_get(job, "block"));
    return (uint64_t)block < e->blocks &&
           !(e->store && store_has(e->store, text_member(job, "cell"), (int)block));
}

size_t engine_left(const struct engine *e) {
    size_t left = 0, i;
    json_t *job;
    json_array_foreach(e->jobs, i, job) left += engine_is_left(e, job);
    return left;
}

// ---------------------------------------------------------------------------------------- messages
static void engine_cannot_save(const struct engine *e, int error) {
    fprintf(
        stderr,
        "heapbench: cannot save a record in %s: %s; all %zu records before are kept: make room, "
        "then heapbench run --resume %s\n",
        e->store->dir, strerror(error), json_array_size(e->store->records), e->store->dir);
}

// A row for the base matrix in the first block; else a line when something went wrong, once for
// each cell.
static void engine_tell(struct engine_state *state, const struct job *job, const json_t *record) {
    const char *detail = text_member(record, "detail");
    enum outcome outcome = outcome_of(record);
    bool is_row = state->e->rows && job->block == 0 && json_object_get(state->base, job->cell);
    if (!is_row && (outcome == OUTCOME_OK || json_object_get(state->told, job->cell)))
        return;
    progress_clear(&state->progress);
    if (is_row)
        provisional_row(&state->rows, job, record, stdout);
    else
        fprintf(stderr, "%s: %s%s%s\n", job->cell, outcome_name(outcome), *detail ? ": " : "",
                detail);
    if (outcome != OUTCOME_OK)
        json_object_set_new(state->told, job->cell, json_true());
}

// ----------------------------------------------------------------------------------------- running
static enum engine_end engine_do(struct engine_state *state, const json_t *json) {
    struct engine *e = state->e;
    struct job job;
    int error;
    job_read(json, &job);
    progress_show(&state->progress, job.block, e->blocks, job.cell);
    json_t *record = work_run(&state->work, &job, &error);
    if (!record && !error)
        return ENGINE_INTERRUPTED;
    if (record)
        error = store_add(e->store, record);
    if (error) {
        progress_clear(&state->progress);
        engine_cannot_save(e, error);
        json_decref(record);
        return ENGINE_CANNOT_SAVE;
    }
    state->audits_s += estimate_audit_of(record);
    engine_tell(state, &job, record);
    store_slim(record);
    json_decref(record);
    progress_step(&state->progress);
    return ENGINE_DONE;
}

// The blocks done so far tell what all will take; audits are done, all in the first. When that is over
// the budget fewer blocks are run, and that is said and recorded.
static void engine_budget(struct engine_state *state, uint64_t done, double spent_s) {
    struct engine *e = state->e;
    double budget_s = e->budget_s - state->audits_s;
    double block_s = (spent_s - state->audits_s) / (double)done;
    if (e->budget_s <= 0 || block_s * (double)e->blocks <= budget_s)
        return;
    uint64_t fit = budget_s > 0 ? (uint64_t)(budget_s / block_s) : 0;
    uint64_t least = done > ENGINE_FEWEST_BLOCKS ? done : ENGINE_FEWEST_BLOCKS;
    uint64_t blocks = fit < least ? least : fit;
    if (blocks >= e->blocks)
        return;
    progress_clear(&state->progress);
    fprintf(stderr,
            "note: a block takes %s, so %llu blocks would take longer than the budget of %s: "
            "running %llu, with wider intervals (--budget 0 runs all)\n",
            si_time(block_s * 1e9).text, (unsigned long long)e->blocks,
            si_time(e->budget_s * 1e9).text, (unsigned long long)blocks);
    e->blocks = blocks;
    manifest_set_blocks(e->store->manifest, blocks);
    int error = store_save_manifest(e->store);
    if (error)
        fprintf(stderr, "heapbench: cannot write %s/run.json: %s\n", e->store->dir,
                strerror(error));
    state->progress.total = state->progress.done + engine_left(e);
}

// The order of jobs is that of blocks, so a block is over when a job of the next one comes.
static enum engine_end engine_jobs(struct engine_state *state) {
    struct engine *e = state->e;
    uint64_t start_ns = clock_wall_ns(), block = 0;
    bool fresh =
        json_array_size(e->store->records) == 0; // so that the time is that of whole blocks
    size_t i;
    json_t *job;
    json_array_foreach(e->jobs, i, job) {
        uint64_t next = (uint64_t)json_integer_value(json_object_get(job, "block"));
        if (next != block && fresh)
            engine_budget(state, next, (double)(clock_wall_ns() - start_ns) / 1e9);
        block = next;
        enum engine_end end = engine_is_left(e, job) ? engine_do(state, job) : ENGINE_DONE;
        if (end != ENGINE_DONE)
            return end;
    }
    return ENGINE_DONE;
}

static void engine_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

enum engine_end engine_run(struct engine *e) {
    sigset_t stopping, before;
    struct signalfd_siginfo stopped;
    engine_signals(&stopping);
    sigprocmask(SIG_BLOCK, &stopping, &before);
    // A full disk (or a limit on file size) is an errno value to report, not a signal to die of.
    void (*size_limit)(int) = signal(SIGXFSZ, SIG_IGN);
    struct engine_state state = {
        .e = e,
        .work = {e->catalog, e->store->dir, signalfd(-1, &stopping, SFD_CLOEXEC | SFD_NONBLOCK)},
        .progress = progress_start(stderr, engine_left(e)),
        .rows = provisional_start(e->manifest),
        .base = manifest_base(e->manifest),
        .told = must(json_object())};
    if (e->rows && json_array_size(e->store->records) < json_object_size(state.base))
        provisional_head(&state.rows, stdout);
    enum engine_end end = engine_jobs(&state);
    progress_clear(&state.progress);
    // What stopped the run is taken here, so that letting signals through again does not stop the
    // rest.
    while (read(state.work.interrupt_fd, &stopped, sizeof stopped) > 0)
        ;
    close(state.work.interrupt_fd);
    signal(SIGXFSZ, size_limit);
    sigprocmask(SIG_SETMASK, &before, NULL);
    json_decref(state.base);
    json_decref(state.told);
    return end;
}
