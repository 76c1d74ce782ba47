// engine.c - does the jobs of a run one after the other, saves each record, and tells how it goes.

#include "engine.h"

#include "base/clock.h"
#include "base/must.h"
#include "base/text.h"
#include "budget.h"
#include "estimate.h"
#include "manifest.h"
#include "model/outcome.h"
#include "progress.h"
#include "provisional.h"
#include "store/folder.h"
#include "work.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct engine_state {
    struct engine *e;
    struct work work;
    struct progress progress;
    struct provisional rows;
    json_t *base; // cells of the base matrix, by key
    json_t *told; // cells of which a failure was printed
    struct budget budget;
};

// In how many blocks a cell is.
static uint64_t engine_blocks_of(const struct engine *e, const char *key) {
    json_t *cut = json_object_get(json_object_get(e->manifest, "cut"), key);
    return cut ? (uint64_t)json_integer_value(cut) : e->blocks;
}

bool engine_is_left(const struct engine *e, const json_t *job) {
    json_int_t block = json_integer_value(json_object_get(job, "block"));
    const char *key = text_member(job, "cell");
    return (uint64_t)block < engine_blocks_of(e, key) && (uint64_t)block < e->blocks &&
           !(e->store && store_has(e->store, key, (int)block));
}

size_t engine_left(const struct engine *e) {
    size_t left = 0, i;
    json_t *job;
    json_array_foreach(e->jobs, i, job) left += engine_is_left(e, job);
    return left;
}

// ---------------------------------------------------------------------------------------- messages
static void engine_cannot_save(const struct engine *e, int error) {
    char *resume = folder_resume(e->store->dir);
    fprintf(stderr,
            "heapbench: cannot save a record in %s: %s; all %zu records before are kept: make "
            "room, then %s\n",
            e->store->dir, strerror(error), json_array_size(e->store->records), resume);
    free(resume);
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
// Of a cell the mean of its blocks, since one of them may have had to wait for another program; the
// first is dearer, and only counts while it is the only one.
static void engine_took(struct engine_state *state, const struct job *job, double seconds,
                        const json_t *record) {
    double mean_s = json_number_value(json_object_get(state->budget.cell_s, job->cell));
    state->budget.spent_s += seconds;
    seconds -= estimate_audit_of(record);
    json_object_set_new(
        state->budget.cell_s, job->cell,
        json_real(mean_s + (seconds - mean_s) / (double)(job->block + !job->block)));
}

static enum engine_end engine_do(struct engine_state *state, const json_t *json) {
    struct engine *e = state->e;
    struct job job;
    int error;
    job_read(json, &job);
    progress_show(&state->progress, job.block, e->blocks, job.cell);
    uint64_t start_ns = clock_wall_ns();
    json_t *record = job.load > 0
                         ? work_load(&state->work, &job, e->jobs, e->store->records, &error)
                         : work_run(&state->work, &job, &error);
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
    engine_took(state, &job, (double)(clock_wall_ns() - start_ns) / 1e9, record);
    engine_tell(state, &job, record);
    store_slim(record);
    json_decref(record);
    progress_step(&state->progress);
    return ENGINE_DONE;
}

static void engine_cut(struct engine_state *state, json_t *keys, uint64_t done) {
    json_t *manifest = state->e->store->manifest, *key;
    json_t *cut = json_incref(json_object_get(manifest, "cut"));
    cut = cut ? cut : must(json_object());
    size_t i;
    json_array_foreach(keys, i, key) {
        json_object_del(state->budget.cell_s, json_string_value(key));
        json_object_set_new(cut, json_string_value(key), json_integer((json_int_t)done));
    }
    if (json_object_size(cut))
        json_object_set(manifest, "cut", cut);
    json_decref(cut);
}

// What blocks took tells what all will take. What is cut for it is said and recorded.
static void engine_budget(struct engine_state *state, uint64_t done) {
    struct engine *e = state->e;
    struct budget_fit fit = budget_fit(&state->budget, e->blocks, done);
    if (fit.blocks < e->blocks || json_array_size(fit.cut) || (done == 1 && fit.late_s > 0)) {
        progress_clear(&state->progress);
        budget_say(&state->budget, e->blocks, done, &fit, stderr);
        e->blocks = fit.blocks;
        manifest_set_blocks(e->store->manifest, fit.blocks);
        engine_cut(state, fit.cut, done);
        int error = store_save_manifest(e->store);
        if (error)
            fprintf(stderr, "heapbench: cannot write %s/run.json: %s\n", e->store->dir,
                    strerror(error));
        state->progress.total = state->progress.done + engine_left(e);
    }
    json_decref(fit.cut);
}

// The order of jobs is that of blocks, so a block is over when a job of the next one comes.
static enum engine_end engine_jobs(struct engine_state *state) {
    struct engine *e = state->e;
    uint64_t block = 0;
    bool fresh =
        json_array_size(e->store->records) == 0; // so that the time is that of whole blocks
    size_t i;
    json_t *job;
    json_array_foreach(e->jobs, i, job) {
        uint64_t next = (uint64_t)json_integer_value(json_object_get(job, "block"));
        if (next != block && fresh)
            engine_budget(state, next);
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
    struct engine_state state = {
        .e = e,
        .work = {e->catalog, e->store->dir, signalfd(-1, &stopping, SFD_CLOEXEC | SFD_NONBLOCK)},
        .progress = progress_start(stderr, engine_left(e), e->budget_s - e->spent_s),
        .rows = provisional_start(e->manifest),
        .base = manifest_base(e->manifest),
        .told = must(json_object()),
        .budget = {e->budget_s, e->manifest, must(json_object()), e->spent_s}};
    if (e->rows && json_array_size(e->store->records) < json_object_size(state.base))
        provisional_head(&state.rows, stdout);
    enum engine_end end = engine_jobs(&state);
    progress_clear(&state.progress);
    // What stopped the run is taken here, so that letting signals through again does not stop the
    // rest.
    while (read(state.work.interrupt_fd, &stopped, sizeof stopped) > 0)
        ;
    close(state.work.interrupt_fd);
    sigprocmask(SIG_SETMASK, &before, NULL);
    json_decref(state.base);
    json_decref(state.told);
    json_decref(state.budget.cell_s);
    return end;
}
