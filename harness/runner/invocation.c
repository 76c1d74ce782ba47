// invocation.c - see invocation.h.

#include "invocation.h"

#include "base/rss.h"
#include "copy.h"
#include "drive.h"
#include "model/backing.h"
#include "settle.h"

#include <stdlib.h>
#include <unistd.h>

static double *invocation_defaults(const struct setting *table, size_t count) {
    double *values = calloc(count + 1, sizeof *values); // one more: never a size of 0
    for (size_t i = 0; values && i < count; i++)
        values[i] = table[i].fallback;
    return values;
}

struct invocation_plan *invocation_plan_new(const struct workload *workload) {
    struct invocation_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return NULL;
    plan->workload = workload;
    plan->params = invocation_defaults(workload->params, workload->param_count);
    plan->tunables = invocation_defaults(heap_strategy.tunables, heap_strategy.tunable_count);
    plan->steps = workload->steps;
    plan->seed = 1;
    plan->graph = true;
    if (plan->params && plan->tunables)
        return plan;
    invocation_plan_free(plan);
    return NULL;
}

void invocation_plan_free(struct invocation_plan *plan) {
    if (!plan)
        return;
    free(plan->params);
    free(plan->tunables);
    free(plan);
}

struct invocation *invocation_new(const struct invocation_plan *plan) {
    struct invocation *inv = calloc(1, sizeof *inv);
    if (!inv)
        return NULL;
    inv->plan = plan;
    inv->rss_fd = rss_open(0);
    hardware_open(&inv->hardware);
    inv->setup_pauses = pauses_new();
    inv->pauses = pauses_new();
    inv->mutator.state = calloc(1, plan->workload->state_bytes + 1);
    latency_reset(&inv->latency);
    if (plan->arrivals > 0)
        arrivals_open(&inv->arrivals, plan->arrivals, plan->seed, plan->steps, arrivals_wall());
    else
        metered_open(&inv->metered, plan->steps);
    if (inv->setup_pauses && inv->pauses && inv->mutator.state)
        return inv;
    invocation_free(inv);
    return NULL;
}

void invocation_free(struct invocation *inv) {
    if (!inv)
        return;
    heap_free(inv->mutator.heap);
    lives_close(&inv->lives);
    pauses_free(inv->setup_pauses);
    pauses_free(inv->pauses);
    phases_free(&inv->phases);
    hardware_close(&inv->hardware);
    metered_close(&inv->metered);
    free(inv->mutator.state);
    json_decref(inv->backing_end);
    json_decref(inv->backing_settled);
    if (inv->rss_fd >= 0)
        close(inv->rss_fd);
    free(inv);
}

// Resident bytes above the baseline.
static uint64_t invocation_rss_now(const struct invocation *inv) {
    uint64_t now = rss_sample_bytes(inv->rss_fd);
    return now > inv->rss.baseline ? now - inv->rss.baseline : 0;
}

// What a heap's triggers go by.
static uint64_t invocation_resident_bytes(void *context) {
    return invocation_rss_now(context);
}

static uint64_t invocation_now_ns(void *context) {
    const struct invocation *inv = context;
    return clock_wall_ns() + inv->mutator.idled_ns;
}

// What the program keeps outside the heap is there before the baseline is read, and what it took
// for a while and freed is given back, so that the heap does not get it for nothing.
static int invocation_prepare(struct invocation *inv) {
    int error = drive_prepare(&inv->mutator, inv->plan);
    if (!error)
        error = phases_prepare(inv);
    backing_current()->purge();
    inv->rss.baseline = rss_sample_bytes(inv->rss_fd);
    return error;
}

static int invocation_build(struct invocation *inv) {
    const struct invocation_plan *plan = inv->plan;
    struct mutator *m = &inv->mutator;
    struct heap_listener listener = pauses_listener(&inv->pauses_clock);
    if (plan->lives_path && lives_open(&inv->lives, plan->lives_path) == 0)
        lives_listen(&inv->lives, &listener);
    m->heap = heap_new(&(struct heap_config){.tunables = plan->tunables,
                                             .limit_bytes = plan->heap_limit_bytes,
                                             .listener = listener,
                                             .now_ns = invocation_now_ns,
                                             .resident_bytes = invocation_resident_bytes,
                                             .context = inv});
    if (!m->heap || drive_enter(m, plan))
        return ENOMEM;
    phases_begin(inv, "setup");
    inv->setup_start_ns = inv->phases.start_ns;
    inv->pauses_clock.into = inv->setup_pauses;
    int error = drive_setup(m, plan);
    inv->pauses_clock.into = NULL;
    phases_end(inv, 0, false);
    inv->setup_ns = inv->phases.list[0].wall_ns;
    return error;
}

int invocation_setup(struct invocation *inv) {
    inv->in_setup = true;
    inv->error = invocation_prepare(inv);
    if (!inv->error)
        inv->error = invocation_build(inv);
    if (inv->error)
        return inv->error;
    inv->in_setup = false;
    heap_read_counters(inv->mutator.heap, &inv->setup_counters);
    return 0;
}

struct invocation_stamp {
    struct invocation *inv;
    struct latency *latency;
    uint64_t then_ns;
    struct metered *metered;
};

// In a closed loop a step begins when the one before is over.
static void invocation_stamp(void *context) {
    struct invocation_stamp *stamp = context;
    uint64_t now = clock_wall_ns();
    latency_record(stamp->latency, now - stamp->then_ns);
    metered_note(stamp->metered, now - stamp->then_ns);
    stamp->then_ns = now;
}

struct invocation_due {
    struct invocation *inv;
    uint64_t left; // steps of this part
};

// Between two steps, when the next one is not due yet or the program has just idled: what it takes
// longer than that, others wait.
static void invocation_idle(struct invocation *inv) {
    bool wanted = inv->collect_idle && ++inv->since_collected >= inv->collect_idle;
    bool idled = inv->mutator.idled;
    inv->mutator.idled = false;
    if (!wanted || !(idled || (inv->plan->arrivals > 0 && arrivals_idle(&inv->arrivals))))
        return;
    heap_collect(inv->mutator.heap, HEAP_GENERATIONS - 1);
    inv->since_collected = 0;
}

static void invocation_stamp_idle(void *context) {
    struct invocation_stamp *stamp = context;
    invocation_stamp(stamp);
    invocation_idle(stamp->inv);
    stamp->then_ns = clock_wall_ns();
}

static void invocation_stamp_due(void *context) {
    struct invocation_due *due = context;
    struct arrivals *a = &due->inv->arrivals;
    uint64_t now = clock_wall_ns();
    latency_record(&due->inv->latency, now - a->start_ns);
    arrivals_end(a, now);
    if (--due->left) {
        invocation_idle(due->inv);
        arrivals_begin(a);
    }
}

// Between two parts the schedule stands still.
static void invocation_part_open(struct invocation *inv, uint64_t steps) {
    struct invocation_due due = {inv, steps};
    arrivals_run(&inv->arrivals);
    if (steps)
        arrivals_begin(&inv->arrivals);
    inv->error =
        drive_steps(&inv->mutator, inv->plan, inv->steps, steps, invocation_stamp_due, &due);
    arrivals_rest(&inv->arrivals);
}

// The step that fails is not counted nor its latency recorded: it did no whole unit of work. Steps
// that pass while a worker does them are not waited for.
static void invocation_part(struct invocation *inv, uint64_t steps) {
    struct invocation_stamp stamp = {inv, &inv->latency, clock_wall_ns(), &inv->metered};
    if (inv->plan->arrivals > 0 && !inv->mutator.waits)
        invocation_part_open(inv, steps);
    else if (inv->collect_idle)
        inv->error =
            drive_steps(&inv->mutator, inv->plan, inv->steps, steps, invocation_stamp_idle, &stamp);
    else
        inv->error =
            drive_steps(&inv->mutator, inv->plan, inv->steps, steps, invocation_stamp, &stamp);
    inv->steps = inv->latency.count;
}

// Where nobody asks when objects died, an oracle looks for what has by now.
static void invocation_mark(struct invocation *inv) {
    if (heap_strategy.traits & HEAP_INSTRUMENT && !inv->plan->lives_path)
        (void)heap_collect(inv->mutator.heap, HEAP_GENERATIONS - 1);
    audit_look(&inv->audit, &inv->mutator,
               inv->rss_fd < 0 ? HEAP_UNKNOWN : invocation_rss_now(inv));
    if (inv->plan->lives_path)
        lives_mark(&inv->lives);
}

// In parts where an audit looks in between.
static void invocation_loop(struct invocation *inv, uint64_t steps) {
    for (uint64_t end = inv->steps + steps, next = 0; next != end && !inv->error;) {
        next = inv->audit.next < end ? inv->audit.next : end;
        invocation_part(inv, next - inv->steps);
        if (!inv->error && next == inv->audit.next)
            invocation_mark(inv);
    }
}

// In a worker. What it does with its copy of the invocation, nobody sees.
static bool invocation_worker(const void *context, void *answer) {
    struct invocation *inv = *(struct invocation *const *)context;
    struct phase_worker *worker = answer;
    inv->mutator.waits = false;
    invocation_part(inv, inv->worker_steps);
    worker->error = inv->error;
    return rss_dirty_bytes(&worker->own_bytes, &worker->shared_bytes) == 0;
}

// The steps of a phase that a worker does. Meanwhile the process waits; then it lets as many steps
// pass.
static void invocation_forked(struct invocation *inv, uint64_t steps) {
    struct phase *p = &inv->phases.list[inv->phases.count];
    struct copy copy;
    inv->worker_steps = steps;
    inv->mutator.waits = true;
    p->worker_known = copy_start(&copy, invocation_worker, &inv, sizeof p->worker) &&
                      copy_wait(&copy, &p->worker, sizeof p->worker);
    invocation_loop(inv, steps);
    inv->mutator.waits = false;
    inv->error = p->worker_known ? p->worker.error : 0;
}

// One phase of the steps, cut short where the run ends or fails.
static void invocation_phase(struct invocation *inv, const struct workload_phase *phase) {
    uint64_t done = inv->steps;
    size_t opened = inv->phases.count;
    phases_begin(inv, phase->name);
    hardware_run(&inv->hardware);
    (phase->forked ? invocation_forked : invocation_loop)(inv, phase->steps);
    hardware_rest(&inv->hardware);
    phases_end(inv, inv->steps - done, phase->releases);
    if (inv->phases.count == opened)
        return;
    const struct phase *p = &inv->phases.list[opened];
    inv->wall_ns += p->wall_ns;
    clock_cpu_add(&inv->cpu, p->cpu);
    inv->rss.peak = p->rss_peak > inv->rss.peak ? p->rss_peak : inv->rss.peak;
    inv->rss.peak_known &= p->peak_known;
}

// All phases of the workload, which begin again when they are over; then they are not told apart
// any more.
static void invocation_phases(struct invocation *inv, uint64_t steps) {
    const struct workload *w = inv->plan->workload;
    struct workload_phase phase;
    for (size_t i = 0; inv->steps < steps && !inv->error; i++) {
        bool named = w->phase_of && w->phase_of(&inv->mutator, i, &phase);
        if (!named)
            phase = (struct workload_phase){i ? "again" : "steps", steps, false, false};
        phase.steps = phase.steps < steps - inv->steps ? phase.steps : steps - inv->steps;
        invocation_phase(inv, &phase);
    }
}

int invocation_steps(struct invocation *inv, uint64_t steps) {
    if (inv->error)
        return inv->error;
    inv->rss.start = invocation_rss_now(inv);
    inv->rss.peak_known = true;
    inv->pauses_clock.into = inv->pauses;
    inv->arrivals.steps = steps;
    inv->collect_idle = drive_collect_idle(inv->plan);
    audit_start(&inv->audit, steps, inv->plan->checkpoints, inv->plan->audits, inv->plan->seed);
    inv->start_ns = clock_wall_ns();
    invocation_phases(inv, steps);
    audit_end(&inv->audit);
    inv->end_ns = clock_wall_ns();
    inv->pauses_clock.into = NULL;
    inv->rss.end = invocation_rss_now(inv);
    return inv->error;
}

static bool invocation_graph(const void *context, void *answer) {
    const struct invocation *inv = context;
    const struct mutator *m = &inv->mutator;
    return graph_read(m->heap, m->registers, m->register_count, answer) == 0;
}

// What is held when no register is left and everything was collected is a leak.
static void invocation_settle(struct invocation *inv) {
    struct heap_counters settled;
    struct heap *h = inv->mutator.heap;
    settle(h);
    heap_read_counters(h, &settled);
    inv->leaked_objects = settled.objects_allocated - settled.objects_freed;
    inv->leaked_bytes = settled.bytes_allocated - settled.bytes_freed;
    inv->rss.released = invocation_rss_now(inv);
    backing_current()->purge();
    inv->rss.settled = invocation_rss_now(inv);
    inv->backing_settled = backing_current()->figures();
}

// What an oracle has found to have died is taken from what was held at the marks.
static void invocation_lives(struct invocation *inv) {
    struct lives_live live[AUDIT_SAMPLES] = {{0, 0}};
    size_t marks = inv->audit.checkpoints <= AUDIT_SAMPLES ? inv->audit.looks : 0;
    for (size_t i = 0; i < marks; i++)
        live[i] = inv->audit.marks[i].held;
    lives_end(&inv->lives, live, marks, inv->counters.objects_freed);
    for (size_t i = 0; i < marks; i++)
        inv->audit.marks[i].held = live[i];
}

void invocation_finish(struct invocation *inv) {
    struct mutator *m = &inv->mutator;
    const struct workload *w = inv->plan->workload;
    if (m->heap) {
        if (heap_strategy.traits & HEAP_INSTRUMENT)
            (void)heap_collect(m->heap, HEAP_GENERATIONS - 1);
        heap_read_counters(m->heap, &inv->counters);
        if (inv->plan->lives_path)
            invocation_lives(inv);
        inv->backing_end = backing_current()->figures();
    }
    if (m->registers) {
        struct copy copy; // for the walk, which shall not show in what is measured after it
        inv->graph_known = inv->plan->graph &&
                           copy_start(&copy, invocation_graph, inv, sizeof inv->graph) &&
                           copy_wait(&copy, &inv->graph, sizeof inv->graph);
        heap_leave(m->heap);
    }
    if (m->heap)
        invocation_settle(inv);
    if (w->teardown) // last, since the baseline has what it frees
        w->teardown(m);
}
