// waiting.h - for strategies whose objects wait to be freed (COUNTED_PROMPT is 0), in an array (parts/covered.h):
// its checks.
//
// Invariant: an object waits if and only if COUNTED_FOREVER is in its count, and it waits once.

#ifndef HEAPBENCH_COUNTED_WAITING_H
#define HEAPBENCH_COUNTED_WAITING_H

#include "heap.h"
#include "parts/census.h"
#include "parts/covered.h"

// ------------------------------------------------------------------------------------------ checks
// waiting_enumerate - counted_enumerate, where entries from begin to end wait.
static inline void waiting_enumerate(struct heap *h, struct heap_object **begin,
                                     struct heap_object **end, counted_visit *visit, void *audit) {
    if (pool_walks_all(&h->common.pool)) {
        counted_visit_cells(h, visit, audit);
        return;
    }
    for (struct heap_object **entry = begin; entry < end; entry++)
        visit(audit, *entry);
}

static inline void waiting_count_marked(void *marked, struct heap_object *o) {
    *(size_t *)marked += counted_count(o) >= COUNTED_FOREVER;
}

// waiting_check - NULL, or the first broken invariant. There are as many marked objects as
// different entries, so every marked object waits.
static inline const char *waiting_check(struct heap *h, struct heap_object **begin,
                                        struct heap_object **end) {
    size_t marked = 0;
    struct census seen = {0};
    const char *broken = NULL;
    for (struct heap_object **entry = begin; entry < end && !broken; entry++) {
        if (counted_count(*entry) < COUNTED_FOREVER)
            broken = "an object that waits has the mark";
        else if (census_find(&seen, *entry))
            broken = "an object waits once";
        else if (!census_add(&seen, *entry))
            broken = "there is memory to verify the heap";
    }
    census_free(&seen);
    waiting_enumerate(h, begin, end, waiting_count_marked, &marked);
    if (!broken && marked != (size_t)(end - begin))
        broken = "an object with the mark waits";
    return broken;
}

#endif
