// heap.c - refcount_biased: its descriptor, what has no owner, and what it refuses.

#include "heap.h"

#include "parts/without/collector.h"

enum tunable { SHARED, MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [SHARED] =
        {.name = "shared",
         .doc =
             "of all containers, those without an owner, whose references are counted atomically",
         .unit = "%",
         .max = 100,
         .whole = 1,
         .sweep = "0,10,50,100"},
    [MEMORY] = HEAP_TUNABLE_MEMORY,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary =
        "refcount with counts that are plain for an object's owner, atomic for other threads",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// The small ints are made with a front of zeros.
int biased_open(struct heap *h, const struct heap_config *config) {
    h->thread = BIASED_FIRST_THREAD;
    h->shared = (uint32_t)config->tunables[SHARED];
    for (size_t i = 0; i < SMALL_INTS; i++)
        h->common.small_ints[i].front.owner = h->thread;
    return 0;
}

// ------------------------------------------------------------------------------------ verification
struct walk {
    counted_visit *visit;
    void *audit;
    const char *broken;
};

// A cell begins with the front of an object, whose first word is not 0, or with a wide word.
static struct heap_object *object_of(void *cell) {
    struct biased_front *front = cell;
    return (struct heap_object *)(front->owner ? front + 1 : front + 2);
}

static void visit_cell(void *context, void *cell) {
    const struct walk *w = context;
    w->visit(w->audit, object_of(cell));
}

void biased_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    struct walk w = {.visit = visit, .audit = audit};
    pool_walk(&h->common.pool, POOL_OBJECTS, visit_cell, &w);
}

static void check_cell(void *context, void *cell) {
    struct walk *w = context;
    const struct heap_object *o = object_of(cell);
    const struct biased_front *front = biased_front(o);
    if (front->owner == BIASED_FIRST_THREAD ? front->shared != 0
                                            : o->count != 0 || !(front->shared & BIASED_MERGED))
        w->broken = "an object is its owner's alone, or has no owner and no plain count";
}

const char *biased_check(struct heap *h) {
    struct walk w = {.broken = NULL};
    pool_walk(&h->common.pool, POOL_OBJECTS, check_cell, &w);
    return w.broken;
}
