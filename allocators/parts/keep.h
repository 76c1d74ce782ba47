// keep.h - how interned atoms stay alive (kept.h); for the sources in which they are interned.

#ifndef HEAPBENCH_KEEP_H
#define HEAPBENCH_KEEP_H

#include "heap.h"

// keep_open - at the end of heap_new. Returns 0 or ENOMEM.
static inline int keep_open(struct heap *h, struct kept *k, size_t most) {
    k->most = most;
    if (!most)
        return 0;
    k->list = heap_enter(h, 1);
    return k->list ? heap_new_list(h, k->list) : ENOMEM;
}

// keep_prepare - before a value is interned for the first time: room for it, in an element that is
// empty or the oldest. A safepoint. Returns 0 or ENOMEM.
static inline int keep_prepare(struct heap *h, struct kept *k) {
    const struct heap_reg empty = {NULL};
    if (!k->most || k->ready)
        return 0;
    k->ready = heap_length(h, k->list) == k->most || !heap_append(h, k->list, &empty);
    return k->ready ? 0 : ENOMEM;
}

// keep_add - the atom has been interned.
static inline void keep_add(struct heap *h, struct kept *k, const struct heap_reg *atom) {
    if (!k->most)
        return;
    heap_store(h, k->list, k->next, atom);
    k->next = k->next + 1 < k->most ? k->next + 1 : 0;
    k->ready = false;
}

#endif
