// audit.c - see audit.h.

#include "audit.h"

#include "base/clock.h"

#include <errno.h>

// One look in each of equally many steps.
static void audit_plan(struct audit *a) {
    a->next = UINT64_MAX;
    if (a->looks == a->checkpoints || a->error)
        return;
    struct mutator dice = {.random = a->dice};
    uint64_t from = a->looks * a->steps / a->checkpoints;
    uint64_t end = (a->looks + 1) * a->steps / a->checkpoints;
    a->next = from + 1 + mutator_random(&dice) % (end - from);
    a->dice = dice.random;
}

void audit_start(struct audit *a, uint64_t steps, uint64_t checkpoints, bool walks, uint64_t seed) {
    *a = (struct audit){.checkpoints = checkpoints < steps ? checkpoints : steps,
                        .steps = steps,
                        .walks = walks,
                        .dice = seed};
    audit_plan(a);
}

static bool audit_walk(const void *context, void *answer) {
    const struct mutator *m = context;
    return graph_measure(m->heap, m->registers, m->register_count, answer) == 0;
}

// What the walk under way finds, if there is one.
static void audit_take(struct audit *a) {
    struct graph_live live;
    if (!a->walking)
        return;
    a->walking = false;
    if (!copy_wait(&a->copy, &live, sizeof live)) {
        a->error = ENOMEM;
        return;
    }
    uint64_t objects = a->held.objects - live.objects, bytes = a->held.bytes - live.bytes;
    if (a->checkpoints <= AUDIT_SAMPLES)
        a->samples[a->looks - 1] = (struct audit_sample){a->at, objects, bytes};
    a->average_objects += objects;
    a->average_bytes += bytes;
    a->peak_objects = objects > a->peak_objects ? objects : a->peak_objects;
    a->peak_bytes = bytes > a->peak_bytes ? bytes : a->peak_bytes;
}

static void audit_mark(struct audit *a, struct heap *h, const struct heap_counters *c,
                       uint64_t rss_bytes) {
    if (a->checkpoints > AUDIT_SAMPLES)
        return;
    a->marks[a->looks] =
        (struct audit_mark){.step = a->next,
                            .memory_bytes = c->memory_bytes,
                            .rss_bytes = rss_bytes,
                            .unused_bytes = heap_unused_bytes(h),
                            .counted = HEAP_COUNTING,
                            .asked_bytes = c->bytes_allocated + c->intern_saved_bytes,
                            .held = {(int64_t)(c->objects_allocated - c->objects_freed),
                                     (int64_t)(c->bytes_allocated - c->bytes_freed)}};
}

// A walk by a copy starts beside the program.
static void audit_walk_start(struct audit *a, const struct mutator *m,
                             const struct heap_counters *c) {
    a->held = (struct graph_live){c->objects_allocated - c->objects_freed,
                                  c->bytes_allocated - c->bytes_freed};
    a->walking = !a->error && copy_start(&a->copy, audit_walk, m, sizeof(struct graph_live));
    if (!a->walking)
        a->error = ENOMEM;
}

void audit_look(struct audit *a, const struct mutator *m, uint64_t rss_bytes) {
    uint64_t start_ns = clock_wall_ns();
    struct heap_counters c;
    audit_take(a);
    heap_read_counters(m->heap, &c);
    audit_mark(a, m->heap, &c, rss_bytes);
    if (a->walks)
        audit_walk_start(a, m, &c);
    a->looks++;
    a->at = a->next;
    audit_plan(a);
    a->wall_ns += clock_wall_ns() - start_ns;
}

void audit_end(struct audit *a) {
    uint64_t start_ns = clock_wall_ns();
    audit_take(a);
    if (a->checkpoints) {
        a->average_objects = (a->average_objects + a->checkpoints / 2) / a->checkpoints;
        a->average_bytes = (a->average_bytes + a->checkpoints / 2) / a->checkpoints;
    }
    a->wall_ns += clock_wall_ns() - start_ns;
}

static json_t *audit_samples(const struct audit *a) {
    json_t *samples = a->checkpoints <= AUDIT_SAMPLES ? json_array() : NULL;
    for (uint64_t i = 0; samples && i < a->looks; i++)
        json_array_append_new(samples, json_pack("[I,I,I]", (json_int_t)a->samples[i].step,
                                                 (json_int_t)a->samples[i].objects,
                                                 (json_int_t)a->samples[i].bytes));
    return samples;
}

json_t *audit_to_json(const struct audit *a) {
    if (!a->checkpoints || !a->walks || a->error || a->looks < a->checkpoints)
        return NULL;
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:o*}", "checkpoints", (json_int_t)a->checkpoints,
                     "average_objects", (json_int_t)a->average_objects, "peak_objects",
                     (json_int_t)a->peak_objects, "average_bytes", (json_int_t)a->average_bytes,
                     "peak_bytes", (json_int_t)a->peak_bytes, "audit_ns", (json_int_t)a->wall_ns,
                     "samples", audit_samples(a));
}

static json_t *audit_known(bool known, uint64_t value) {
    return known && value != HEAP_UNKNOWN ? json_integer((json_int_t)value) : json_null();
}

json_t *audit_marks(const struct audit *a) {
    if (!a->looks || a->checkpoints > AUDIT_SAMPLES)
        return NULL;
    json_t *marks = json_array();
    for (uint64_t i = 0; i < a->looks; i++) {
        const struct audit_mark *mark = &a->marks[i];
        json_array_append_new(marks,
                              json_pack("[I,o,o,o,o,o,n,n,o]", (json_int_t)mark->step,
                                        audit_known(mark->counted, mark->asked_bytes),
                                        audit_known(mark->counted, (uint64_t)mark->held.objects),
                                        audit_known(mark->counted, (uint64_t)mark->held.bytes),
                                        audit_known(true, mark->memory_bytes),
                                        audit_known(true, mark->rss_bytes),
                                        audit_known(true, mark->unused_bytes)));
    }
    return marks;
}
