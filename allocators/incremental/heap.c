// heap.c - incremental: its descriptor, set-up and checks. See fast.h.

#include "heap.h"

#include "parts/cpython/gc_tunables.h"

enum tunable {
    THRESHOLD0,
    THRESHOLD1,
    PACING,
    ENABLED,
    FREEZE_AFTER_SETUP,
    COLLECT_EVERY,
    COLLECT_WHEN,
    MEMORY,
    INTERNED_KEPT,
};

// Increments are run by count alone.
#define INCREMENTS "threshold0!=off,trigger=count"

static const struct setting tunables[] = {
    [THRESHOLD0] = {.name = "threshold0",
                    .doc = "run an increment when so many more containers were allocated than "
                           "freed; off: never collect unasked",
                    .unit = "objects",
                    .fallback = 2000,
                    .max = 1e9,
                    .whole = 1,
                    .sweep = "off,70,200,700,2000,5000,10000,20000,70000"},
    [THRESHOLD1] = {.name = "threshold1",
                    .doc = "an increment is to look at one in 10 times so many of all containers, "
                           "beside the young; below 2 as 2",
                    .when = INCREMENTS,
                    .unit = "",
                    .fallback = 10,
                    .max = 1e9,
                    .whole = 1,
                    .sweep = "1,5,10,20,50"},
    [PACING] = {.name = "pacing",
                .doc = "which release's rule says how much work is due; 3.14.2 waits while it is "
                       "ahead",
                .when = INCREMENTS,
                .unit = "",
                .choices = (const char *const[]){"3.14.0", "3.14.2", NULL},
                .sweep = "3.14.0,3.14.2"},
    [ENABLED] = GC_TUNABLE_ENABLED,
    [FREEZE_AFTER_SETUP] = HEAP_TUNABLE_FREEZE_AFTER_SETUP,
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,
    [COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,
    [MEMORY] = HEAP_TUNABLE_MEMORY,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
    TRIGGER_TUNABLE_INTERVAL("", "", "threshold0!=off"),
    TRIGGER_TUNABLES_OF_CONTAINERS("interval!=off"),
};

static const struct preset presets[] = {
    {.name = "py3.14",
     .assignments = "threshold0=2000,threshold1=10,pacing=3.14.0",
     .doc = "as CPython 3.14.0"},
    {.name = "py3.14.2",
     .assignments = "threshold0=2000,threshold1=10,pacing=3.14.2",
     .doc = "as CPython 3.14.2"},
    TRIGGER_PRESET_OF_CONTAINERS,
    {.name = NULL},
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary =
        "reference counting with CPython 3.14's incremental cycle collector, since withdrawn",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES |
              HEAP_GENERATIONAL | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
    .presets = presets,
};

// --------------------------------------------------------------------------------------- lifecycle
int incremental_open(struct heap *h, const struct heap_config *config) {
    queue_init(&h->young);
    queue_init(&h->old[0]);
    queue_init(&h->old[1]);
    queue_init(&h->permanent);
    h->young_flags = INCREMENTAL_NEW | !h->visited;
    h->marking_due = true;
    h->threshold0 = (uint32_t)config->tunables[THRESHOLD0];
    h->threshold1 = (uint32_t)config->tunables[THRESHOLD1];
    h->pacing = (enum incremental_pacing)config->tunables[PACING];
    trigger_open(&h->due, config, (const char *const[HEAP_GENERATIONS]){"interval"});
    heap_enable(h, config->tunables[ENABLED] != 0);
    return 0;
}

void incremental_drain(struct heap *h) {
    heap_unfreeze(h);
    heap_collect(h, HEAP_GENERATIONS - 1);
}

// ------------------------------------------------------------------------------------------ tuples
bool incremental_holds_tracked(const struct heap_object *tuple) {
    struct heap_object **slots = counted_slots(tuple);
    size_t length = counted_length(tuple);
    for (size_t i = 0; i < length; i++)
        if (slots[i] && !counted_is_atom(slots[i]) && !queue_has_left(incremental_link(slots[i])))
            return true;
    return false;
}

// Not counted as heap any more; with pacing 3.14.0, not before it dies.
static void uncount_tuple(struct heap *h) {
    h->heap_size--;
    h->young_count -= h->young_count > 0;
}

void heap_untrack_tuple_slow(struct heap *h, struct heap_object *o) {
    queue_leave(incremental_link(o));
    if (h->pacing == INCREMENTAL_3_14_0)
        h->untracked++;
    else
        uncount_tuple(h);
}

void heap_track_tuple_slow(struct heap *h, struct heap_object *o) {
    if (h->pacing != INCREMENTAL_3_14_0 && !incremental_holds_tracked(o)) {
        queue_leave(incremental_link(o));
        return;
    }
    h->tuples++;
    incremental_track(h, o);
    incremental_tracked(h, o);
}

void heap_bury_tuple_slow(struct heap *h, struct heap_object *o) {
    if (!queue_has_left(incremental_link(o))) {
        h->tuples--;
        incremental_untrack(h, o);
    } else if (h->pacing == INCREMENTAL_3_14_0) {
        h->untracked--;
        uncount_tuple(h);
    }
}

void heap_collect_tuple_slow(struct heap *h, struct heap_object *o) {
    (void)o;
    h->tuples--;
}

// ------------------------------------------------------------------------------------------ checks
static void enumerate_queue(const struct incremental_link *queue, counted_visit *visit,
                            void *audit) {
    for (const struct incremental_link *l = queue->next; l != queue; l = l->next)
        visit(audit, incremental_object(l));
}

void incremental_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    enumerate_queue(&h->young, visit, audit);
    enumerate_queue(&h->old[0], visit, audit);
    enumerate_queue(&h->old[1], visit, audit);
    enumerate_queue(&h->permanent, visit, audit);
}

bool incremental_enumerates(struct heap *h, const struct heap_object *o) {
    (void)h;
    return !counted_is_atom(o) && !queue_has_left(incremental_link(o));
}

// An atom, or an untracked tuple, that is held has a reference, from a container or a register.
bool incremental_enumerates_all(struct heap *h) {
    (void)h;
    return true;
}

// NULL or a broken invariant; *containers is raised by the queue's length.
static const char *verify_queue(const struct incremental_link *queue, uintptr_t flags,
                                int64_t *containers) {
    const struct incremental_link *before = queue;
    for (const struct incremental_link *l = queue->next; l != queue; before = l, l = l->next) {
        if (queue_prev(l) != before)
            return "a container's neighbours in its queue know it";
        if ((l->prev & INCREMENTAL_FLAGS) != flags)
            return "a container's flags say which queue it is in";
        if (counted_is_atom(incremental_object(l)))
            return "only containers are tracked";
        ++*containers;
    }
    return queue->prev == (uintptr_t)before ? NULL : "a queue knows its last container";
}

static const char *verify_queues(const struct heap *h) {
    int64_t containers = 0;
    const char *broken = verify_queue(&h->young, h->young_flags, &containers);
    if (!broken)
        broken = verify_queue(&h->old[0], 0, &containers);
    if (!broken)
        broken = verify_queue(&h->old[1], 1, &containers);
    if (!broken)
        broken = verify_queue(&h->permanent, INCREMENTAL_PERMANENT, &containers);
    if (!broken && containers + h->untracked != h->heap_size)
        broken = "the size of the heap is the number of containers";
    return broken;
}

static const char *verify_state(const struct heap *h) {
    if (h->common.pausing)
        return "no collection is running between operations";
    if (h->visited > 1 || h->young_flags != (INCREMENTAL_NEW | !h->visited))
        return "new containers carry the space of the pending queue";
    if (h->trigger != (h->enabled && h->threshold0 ? h->threshold0 : UINT32_MAX))
        return "increments start at threshold0, unless they are off";
    return NULL;
}

const char *incremental_check(struct heap *h) {
    const char *broken = verify_queues(h);
    return broken ? broken : verify_state(h);
}
