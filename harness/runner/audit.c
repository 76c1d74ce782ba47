// audit.c - see audit.h.

#include "audit.h"

#include "copy.h"

static bool audit_walk(const void *context, void *answer) {
    const struct invocation *inv = context;
    const struct mutator *m = &inv->mutator;
    return graph_measure(m->heap, m->registers, inv->plan->workload->registers, answer) == 0;
}

// Adds what floats now to the totals, which are averages only later.
static int audit_look(struct invocation *inv, struct audit *a) {
    struct heap_counters c;
    struct graph_live live;
    heap_read_counters(inv->mutator.heap, &c);
    if (!copy_ask(audit_walk, inv, &live, sizeof live))
        return ENOMEM;
    uint64_t objects = c.objects_allocated - c.objects_freed - live.objects;
    uint64_t bytes = c.bytes_allocated - c.bytes_freed - live.bytes;
    a->average_objects += objects;
    a->average_bytes += bytes;
    a->peak_objects = objects > a->peak_objects ? objects : a->peak_objects;
    a->peak_bytes = bytes > a->peak_bytes ? bytes : a->peak_bytes;
    return 0;
}

static int audit_steps(struct invocation *inv, uint64_t steps, struct audit *a) {
    struct mutator dice = {.random = inv->plan->seed};
    int error = 0;
    for (uint64_t i = 0; i < a->checkpoints && !error; i++) {
        uint64_t from = i * steps / a->checkpoints, end = (i + 1) * steps / a->checkpoints;
        uint64_t at = from + 1 + mutator_random(&dice) % (end - from);
        error = invocation_advance(inv, at - inv->steps);
        if (!error)
            error = audit_look(inv, a);
    }
    return error ? error : invocation_advance(inv, steps - inv->steps);
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
    struct audit a = {.checkpoints = checkpoints < steps ? checkpoints : steps};
    uint64_t start_ns = clock_wall_ns();
    struct invocation *inv = invocation_new(plan);
    if (!inv)
        return ENOMEM;
    int error = invocation_setup(inv);
    if (!error)
        error = audit_steps(inv, steps, &a);
    if (!error && !audit_ended_alike(inv, counters))
        error = EPROTO;
    if (plan->workload->teardown)
        plan->workload->teardown(&inv->mutator);
    invocation_free(inv);
    if (error)
        return error;
    a.average_objects = (a.average_objects + a.checkpoints / 2) / a.checkpoints;
    a.average_bytes = (a.average_bytes + a.checkpoints / 2) / a.checkpoints;
    a.wall_ns = clock_wall_ns() - start_ns;
    *out = a;
    return 0;
}

json_t *audit_to_json(const struct audit *a) {
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "checkpoints", (json_int_t)a->checkpoints,
                     "average_objects", (json_int_t)a->average_objects, "peak_objects",
                     (json_int_t)a->peak_objects, "average_bytes", (json_int_t)a->average_bytes,
                     "peak_bytes", (json_int_t)a->peak_bytes, "audit_ns", (json_int_t)a->wall_ns);
}
