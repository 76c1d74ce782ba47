// gc_state.h - what a Python program can see of CPython's collector, for strategies that claim to
// collect as it does. By these integers one is compared with another, see tests/fidelity.

#ifndef HEAPBENCH_GC_STATE_H
#define HEAPBENCH_GC_STATE_H

#include "heap.h"

// By generation, the youngest first; collections and collected since heap_new.
struct gc_state {
    uint64_t collections[HEAP_GENERATIONS]; // gc.get_stats()
    uint64_t collected[HEAP_GENERATIONS];   // likewise: objects found to be garbage
    uint64_t count[HEAP_GENERATIONS];       // gc.get_count()
    // Containers held, garbage included: gc.get_objects(). The last are the frozen ones.
    uint64_t tracked[HEAP_GENERATIONS + 1];
};

// heap_gc_state - reads all of it. In a real runtime what is read is made of objects too, and so
// changes what happens afterwards: exact comparisons read once, at the end.
//   returns  0 or ENOMEM
//   Only a build that counts knows `tracked` of CPython itself.
// Its address is NULL where the strategy does not define it.
__attribute__((weak)) int heap_gc_state(struct heap *h, struct gc_state *out);

#endif
