// simulate.h - CPython 3.11's collector on a recording, at any thresholds: how often it runs and
// what it finds.
//
// One pass over the events visits no object: a generation is an interval of times of birth, so that
// to promote its objects is to move a boundary, and how many a collection examines is a number that
// is kept up to date.

#ifndef HEAPBENCH_ADVISE_SIMULATE_H
#define HEAPBENCH_ADVISE_SIMULATE_H

#include "model.h"

// threshold  as gc.set_threshold takes them; what the program sets itself replaces them
// death      where in their brackets objects die that are garbage in cycles: 0 at the lower end, 1
//            at the upper one
struct simulate_policy {
    uint32_t threshold[MODEL_GENERATIONS];
    double death;
};

// By generation, the youngest first; of what happened after the recording began.
struct simulate_result {
    uint64_t collections[MODEL_GENERATIONS], found[MODEL_GENERATIONS];
    uint64_t examined[MODEL_GENERATIONS], most_examined[MODEL_GENERATIONS]; // objects
    int64_t tracked[MODEL_GENERATIONS + 1];  // at the end; and frozen
    uint32_t counts[MODEL_GENERATIONS];      // likewise, gc.get_count()
    int64_t peak_bytes, peak_floating_bytes; // above what was there at first
};

// simulate - what one policy does. Without memory it ends the program.
struct simulate_result simulate(const struct model *m, const struct simulate_policy *policy);

#endif
