// audit.c - see audit.h.

#include "audit.h"

#include "copy.h"

// A run under audit. Each walk goes on beside the program until the next checkpoint.
struct audit_run {
    struct invocation *inv;
    struct audit found; // averages are sums until the end
    bool walking;
    struct copy copy;
    struct graph_live held; // when the walk began
};

static bool audit_walk(const void *context, void *answer) {
    const struct mutator *m = &((const struct invocation *)context)->mutator;
    return graph_measure(m->heap, m->registers, m->register_count, answer) == 0;
}

// What the walk under way finds, if there is one. Returns 0 or ENOMEM.
static int audit_take(struct audit_run *run) {
    struct audit *found = &run->found;
    struct graph_live live;
    if (!run->walking)
        return 0;
    run->walking = false;
    if (!copy_wait(&run->copy, &live, sizeof live))
        return ENOMEM;
    uint64_t objects = run->held.objects - live.objects, bytes = run->held.bytes - live.bytes;
    found->average_objects += objects;
    found->average_bytes += bytes;
    found->peak_objects = objects > found->peak_objects ? objects : found->peak_objects;
    found->peak_bytes = bytes > found->peak_bytes ? bytes : found->peak_bytes;
    return 0;
}

static int audit_look(struct audit_run *run) {
    struct heap_counters c;
    int error = audit_take(run);
    if (error)
        return error;
    heap_read_counters(run->inv->mutator.heap, &c);
    run->held = (struct graph_live){c.objects_allocated - c.objects_freed,
                                    c.bytes_allocated - c.bytes_freed};
    run->walking = copy_start(&run->copy, audit_walk, run->inv, sizeof(struct graph_live));
    return run->walking ? 0 : ENOMEM;
}

static int audit_steps(struct audit_run *run, uint64_t steps) {
    struct invocation *inv = run->inv;
    struct mutator dice = {.random = inv->plan->seed};
    uint64_t checkpoints = run->found.checkpoints;
    int error = 0;
    for (uint64_t i = 0; i < checkpoints && !error; i++) {
        uint64_t from = i * steps / checkpoints, end = (i + 1) * steps / checkpoints;
        uint64_t at = from + 1 + mutator_random(&dice) % (end - from);
        error = invocation_advance(inv, at - inv->steps);
        if (!error)
            error = audit_look(run);
    }
    if (!error)
        error = invocation_advance(inv, steps - inv->steps);
    int walk_error = audit_take(run);
    return error ? error : walk_error;
}

static bool audit_ended_alike(struct invocation *inv, const struct heap_counters *first) {
    struct heap_counters c;
    heap_read_counters(inv->mutator.heap, &c);
    return heap_strategy.traits & HEAP_VARIES ||
           (c.objects_allocated == first->objects_allocated &&
            c.objects_freed == first->objects_freed && c.bytes_freed == first->bytes_freed);
}

int audit_run(const struct invocation_plan *plan, uint64_t steps,
              const struct heap_counters *counters, uint64_t checkpoints, struct audit *out) {
    struct audit_run run = {.inv = invocation_new(plan),
                            .found.checkpoints = checkpoints < steps ? checkpoints : steps};
    struct audit *found = &run.found;
    uint64_t start_ns = clock_wall_ns();
    if (!run.inv)
        return ENOMEM;
    int error = invocation_setup(run.inv);
    if (!error)
        error = audit_steps(&run, steps);
    if (!error && !audit_ended_alike(run.inv, counters))
        error = EPROTO;
    if (plan->workload->teardown)
        plan->workload->teardown(&run.inv->mutator);
    invocation_free(run.inv);
    if (error)
        return error;
    found->average_objects = (found->average_objects + found->checkpoints / 2) / found->checkpoints;
    found->average_bytes = (found->average_bytes + found->checkpoints / 2) / found->checkpoints;
    found->wall_ns = clock_wall_ns() - start_ns;
    *out = *found;
    return 0;
}

json_t *audit_to_json(const struct audit *a) {
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "checkpoints", (json_int_t)a->checkpoints,
                     "average_objects", (json_int_t)a->average_objects, "peak_objects",
                     (json_int_t)a->peak_objects, "average_bytes", (json_int_t)a->average_bytes,
                     "peak_bytes", (json_int_t)a->peak_bytes, "audit_ns", (json_int_t)a->wall_ns);
}
