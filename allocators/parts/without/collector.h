// collector.h - the operations of collection, for strategies that never search for garbage.
// Included once, by the strategy's heap.c after heap.h.

#ifndef HEAPBENCH_WITHOUT_COLLECTOR_H
#define HEAPBENCH_WITHOUT_COLLECTOR_H

#include "freezing.h"

size_t heap_collect(struct heap *h, int generation) {
    (void)h;
    (void)generation;
    return 0;
}

void heap_enable(struct heap *h, bool on) {
    (void)h;
    (void)on;
}

#endif
