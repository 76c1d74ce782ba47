// settle.h - what is garbage goes, and so does what is handed back for that, until nothing more is.

#ifndef HEAPBENCH_SETTLE_H
#define HEAPBENCH_SETTLE_H

#include "heap.h"

// settle - collect everything, and let go what was handed back. What is held then is live or
// leaked.
static inline void settle(struct heap *h) {
    struct heap_reg *taken = heap_enter(h, 1);
    bool any;
    do {
        (void)heap_collect(h, HEAP_GENERATIONS - 1);
        any = taken && heap_guarded_take(h, taken);
        while (any && heap_guarded_take(h, taken)) {
        }
        if (taken)
            heap_clear(h, taken);
    } while (any);
    if (taken)
        heap_leave(h);
}

#endif
