// heap.c - refcount_lazy: its descriptor, the stack's memory, and checks.

#include "heap.h"

#include "parts/counted/waiting.h"

enum tunable { RELEASE_BUDGET, MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [RELEASE_BUDGET] = {.name = "release_budget",
                        .doc = "references of dead objects that an allocation gives up, beside as "
                               "many as were taken; fewer free later, more hold it up for longer",
                        .unit = "references",
                        .fallback = 8,
                        .min = 1,
                        .max = 1e9,
                        .whole = 1,
                        .sweep = "1,8,64,512,4096"},
    [MEMORY] = HEAP_TUNABLE_MEMORY,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "reference counting that frees a little at each allocation: no release holds the "
               "program up",
    .traits = HEAP_FREES_ACYCLIC | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// --------------------------------------------------------------------------------------- lifecycle
// The stack may move.
static bool cover(void *context, size_t held_bytes) {
    struct heap *h = context;
    size_t waiting = (size_t)(h->top - h->dead);
    struct heap_object **moved = covered_grow(&h->common.memory, h->dead, held_bytes);
    if (!moved)
        return false;
    h->dead = moved;
    h->top = moved + waiting;
    return true;
}

int lazy_open(struct heap *h, const struct heap_config *config) {
    h->release_budget = (size_t)config->tunables[RELEASE_BUDGET];
    h->common.pool.gradual = true;
    h->dead = h->top = covered_begin(&h->common.memory, cover, h);
    return h->dead ? 0 : ENOMEM;
}

void lazy_drain(struct heap *h) {
    heap_drain_slow(h, SIZE_MAX);
}

void lazy_close(struct heap *h) {
    covered_close(h->dead, h->common.memory.covered_bytes);
}

// ------------------------------------------------------------------------------------------ checks
static const char *check_dead(struct heap *h) {
    for (struct heap_object **entry = h->dead; entry < h->top; entry++)
        if (counted_count(*entry) != COUNTED_FOREVER || counted_is_atom(*entry))
            return "what waits to be freed is a container without a reference";
    return waiting_check(h, h->dead, h->top);
}

const char *lazy_check(struct heap *h) {
    if (h->common.pausing)
        return "no collection is running between operations";
    if (h->top < h->dead || h->top >= h->dead + h->common.memory.covered_bytes / sizeof *h->dead)
        return "there is room on the stack for one more object";
    return check_dead(h);
}

void lazy_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    waiting_enumerate(h, h->dead, h->top, visit, audit);
}
