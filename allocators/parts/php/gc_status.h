// gc_status.h - what a PHP program can see of its collector, for strategies that claim to collect
// as it does. By these integers one is compared with the other, see tests/fidelity.

#ifndef HEAPBENCH_GC_STATUS_H
#define HEAPBENCH_GC_STATUS_H

#include "heap.h"

// gc_status(), PHP 7.3 and later; of 8.2 in what is collected.
struct gc_status {
    uint64_t runs;      // collections that had a candidate to look at
    uint64_t collected; // containers that they found to be garbage, and atoms that died with them
    uint64_t threshold; // candidates, and one, with which the next collection begins
    uint64_t roots;     // candidates that wait
};

// heap_gc_status - reads all of it. Its address is NULL where the strategy does not define it.
__attribute__((weak)) void heap_gc_status(struct heap *h, struct gc_status *out);

#endif
