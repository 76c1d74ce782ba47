// matrix.c - see matrix.h.

#include "matrix.h"

#include "base/clock.h"
#include "base/must.h"
#include "estimate.h"
#include "invoke.h"
#include "manifest.h"
#include "progress.h"
#include "provisional.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { MATRIX_FEWEST_BLOCKS = 3 }; // below that a confidence interval over blocks says nothing
// Of an audit, see runner/audit.h. With 16, the average of a saw tooth of many teeth is off by 14 % of
// itself (one standard deviation: a tooth's height is spread evenly, which is 0.58 of its mean). To
// run again takes what the run took, 0.15 s of CPU time with the workloads' own steps; 16 walks take
// 0.03 to 0.3 s, much of it beside the program.
enum { MATRIX_CHECKPOINTS = 16 };

struct matrix_state {
    struct matrix *m;
    struct progress progress;
    struct provisional rows;
    json_t *told; // cells whose failure was printed
    size_t *order;
    int interrupt_fd;
    double audits_s; // what audits took so far
};

uint64_t matrix_steps(const struct matrix *m, const struct cell *cell) {
    if (m->options->steps)
        return m->options->steps;
    double steps = (double)catalog_workload(m->catalog, cell->workload)->steps;
    double wanted = round(steps * m->options->steps_factor);
    return wanted < 1 ? 1 : (uint64_t)wanted;
}

size_t matrix_left(const struct matrix *m) {
    size_t left = 0;
    for (uint64_t block = 0; block < m->blocks; block++)
        for (size_t i = 0; i < m->plan->count; i++)
            left += !store_has(m->store, m->plan->cells[i]->key, (int)block);
    return left;
}

// ---------------------------------------------------------------------------------------- messages
static void matrix_cannot_save(const struct matrix_state *state, int error) {
    const struct matrix *m = state->m;
    fprintf(
        stderr,
        "heapbench: cannot save a record in %s: %s; all %zu records before are kept: make room, "
        "then heapbench run --resume %s\n",
        m->store->dir, strerror(error), json_array_size(m->store->records), m->store->dir);
}

// A row for the base matrix in the first block; else a line when something went wrong, once for
// each cell.
static void matrix_tell(struct matrix_state *state, const struct cell *cell, size_t position,
                        uint64_t block, const json_t *record) {
    const char *outcome = json_string_value(json_object_get(record, "outcome"));
    const char *detail = json_string_value(json_object_get(record, "detail"));
    bool is_row = block == 0 && position < state->m->plan->base_count;
    if (!is_row && !strcmp(outcome, "ok"))
        return;
    if (!is_row && json_object_get(state->told, cell->key))
        return;
    progress_clear(&state->progress);
    if (is_row)
        provisional_row(&state->rows, cell, record, stdout);
    else
        fprintf(stderr, "%s: %s%s%s\n", cell->key, outcome, detail ? ": " : "",
                detail ? detail : "");
    if (strcmp(outcome, "ok"))
        json_object_set_new(state->told, cell->key, json_true());
}

// ----------------------------------------------------------------------------------------- running
// What floats is the same in every block, since they all have one seed, so one block asks for it.
static uint64_t matrix_checkpoints(const struct matrix *m, size_t position, uint64_t block) {
    return block == 0 && plan_audits(m->plan, position) ? MATRIX_CHECKPOINTS : 0;
}

static enum matrix_end matrix_invoke(struct matrix_state *state, size_t position, uint64_t block,
                                     uint64_t order) {
    struct matrix *m = state->m;
    const struct cell *cell = m->plan->cells[position];
    int error;
    progress_show(&state->progress, block, m->blocks, cell->key);
    json_t *record =
        invoke_run(&(struct invoke){.catalog = m->catalog,
                                    .cell = cell,
                                    .dir = m->store->dir,
                                    .steps = matrix_steps(m, cell),
                                    .seed = m->options->seed,
                                    .heap_limit_bytes = m->options->heap_limit_bytes,
                                    .input = m->options->input,
                                    .timeout_s = m->options->timeout_s,
                                    .interrupt_fd = state->interrupt_fd,
                                    .checkpoints = matrix_checkpoints(m, position, block),
                                    .block = block,
                                    .order = order},
                   &error);
    if (!record && !error)
        return MATRIX_INTERRUPTED;
    if (record)
        error = store_add(m->store, record);
    if (error) {
        progress_clear(&state->progress);
        matrix_cannot_save(state, error);
        json_decref(record);
        return MATRIX_CANNOT_SAVE;
    }
    state->audits_s += estimate_audit_of(record);
    matrix_tell(state, cell, position, block, record);
    store_slim(record);
    json_decref(record);
    progress_step(&state->progress);
    return MATRIX_DONE;
}

static enum matrix_end matrix_block(struct matrix_state *state, uint64_t block) {
    const struct plan *plan = state->m->plan;
    plan_order(plan, state->m->options->seed, block, state->order);
    for (size_t i = 0; i < plan->count; i++) {
        if (store_has(state->m->store, plan->cells[state->order[i]]->key, (int)block))
            continue;
        enum matrix_end end = matrix_invoke(state, state->order[i], block, block * plan->count + i);
        if (end != MATRIX_DONE)
            return end;
    }
    return MATRIX_DONE;
}

// The blocks done so far tell what all will take; audits are done, all in the first. When that is over
// the budget fewer blocks are run, and that is said and recorded.
static void matrix_budget(struct matrix_state *state, uint64_t done, double spent_s) {
    struct matrix *m = state->m;
    double budget_s = m->options->budget_s - state->audits_s;
    double block_s = (spent_s - state->audits_s) / (double)done;
    if (m->options->budget_s <= 0 || block_s * (double)m->blocks <= budget_s)
        return;
    uint64_t fit = budget_s > 0 ? (uint64_t)(budget_s / block_s) : 0;
    uint64_t least = done > MATRIX_FEWEST_BLOCKS ? done : MATRIX_FEWEST_BLOCKS;
    uint64_t blocks = fit < least ? least : fit;
    if (blocks >= m->blocks)
        return;
    progress_clear(&state->progress);
    fprintf(stderr,
            "note: a block takes %s, so %llu blocks would take longer than the budget of %s: "
            "running %llu, with wider intervals (--budget 0 runs all)\n",
            si_time(block_s * 1e9).text, (unsigned long long)m->blocks,
            si_time(m->options->budget_s * 1e9).text, (unsigned long long)blocks);
    m->blocks = blocks;
    manifest_set_blocks(m->store->manifest, blocks);
    int error = store_save_manifest(m->store);
    if (error)
        fprintf(stderr, "heapbench: cannot write %s/run.json: %s\n", m->store->dir,
                strerror(error));
    state->progress.total = state->progress.done + matrix_left(m);
}

static enum matrix_end matrix_blocks(struct matrix_state *state) {
    struct matrix *m = state->m;
    uint64_t start_ns = clock_wall_ns();
    bool fresh =
        json_array_size(m->store->records) == 0; // so that the time is that of whole blocks
    for (uint64_t block = 0; block < m->blocks; block++) {
        enum matrix_end end = matrix_block(state, block);
        if (end != MATRIX_DONE)
            return end;
        if (fresh)
            matrix_budget(state, block + 1, (double)(clock_wall_ns() - start_ns) / 1e9);
    }
    return MATRIX_DONE;
}

static void matrix_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

enum matrix_end matrix_run(struct matrix *m) {
    sigset_t stopping, before;
    struct signalfd_siginfo stopped;
    matrix_signals(&stopping);
    sigprocmask(SIG_BLOCK, &stopping, &before);
    // A full disk (or a limit on file size) is an errno value to report, not a signal to die of.
    void (*size_limit)(int) = signal(SIGXFSZ, SIG_IGN);
    struct matrix_state state = {.m = m,
                                 .progress = progress_start(stderr, matrix_left(m)),
                                 .rows = provisional_start(m->plan),
                                 .told = must(json_object()),
                                 .order = must(calloc(m->plan->count, sizeof *state.order)),
                                 .interrupt_fd =
                                     signalfd(-1, &stopping, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (json_array_size(m->store->records) < m->plan->base_count)
        provisional_head(&state.rows, stdout);
    enum matrix_end end = matrix_blocks(&state);
    progress_clear(&state.progress);
    // What stopped the run is taken here, so that letting signals through again does not stop the
    // rest.
    while (read(state.interrupt_fd, &stopped, sizeof stopped) > 0)
        ;
    close(state.interrupt_fd);
    signal(SIGXFSZ, size_limit);
    sigprocmask(SIG_SETMASK, &before, NULL);
    json_decref(state.told);
    free(state.order);
    return end;
}
