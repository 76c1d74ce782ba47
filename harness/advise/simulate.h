// simulate.h - CPython's collector on a recording, at any thresholds: how often it runs and
// what it finds.
//
// One pass over the events visits no object: a generation is an interval of times of birth, so that
// to promote its objects is to move a boundary, and how many a collection examines is a number that
// is kept up to date.

#ifndef HEAPBENCH_ADVISE_SIMULATE_H
#define HEAPBENCH_ADVISE_SIMULATE_H

#include "model.h"

enum simulate_rules {
    SIMULATE_311, // as the program's interpreter; in 3.11 the birth that is one too many waits for a collection
    SIMULATE_313, // as since 3.12: the collection comes when the interpreter next looks, by when what was born is tracked
};

// When clusters die: by time, and in that order. Settings of the same death share it.
struct simulate_deaths {
    uint32_t *order, *at; // clusters; by cluster
};

struct simulate_collection {
    int generation;
    uint32_t now; // a time
    uint64_t examined, found;
};

// threshold  as gc.set_threshold takes them; what the program sets itself replaces them, unless the policy `overrides`
// freeze_at  the event before which gc.collect() and gc.freeze() are called; 0: never
// every      births of containers after which gc.collect() is called, again and again; 0: never
// growth     collect all when there are so many times the bytes that the last such collection left, and 1 MB more; 0: never
// collected  told of each collection. sampled: of the bytes, and those that are garbage, `samples` times. May be NULL
struct simulate_policy {
    uint32_t threshold[MODEL_GENERATIONS];
    bool overrides;
    enum simulate_rules rules;
    uint32_t freeze_at, every;
    double growth;
    void (*collected)(void *context, const struct simulate_collection *collection);
    void (*sampled)(void *context, uint32_t now, int64_t bytes, int64_t floating);
    uint32_t samples;
    void *context;
};

// By generation, the youngest first; of what happened after the recording began.
struct simulate_result {
    uint64_t collections[MODEL_GENERATIONS], found[MODEL_GENERATIONS];
    uint64_t examined[MODEL_GENERATIONS], most_examined[MODEL_GENERATIONS]; // objects
    int64_t tracked[MODEL_GENERATIONS + 1];  // at the end; and frozen
    uint32_t counts[MODEL_GENERATIONS];      // likewise, gc.get_count()
    int64_t peak_bytes, peak_floating_bytes; // above what was there at first
};

// simulate_place - where in their brackets objects die that are garbage in cycles: 0 at the lower end, 1 at the upper one.
struct simulate_deaths simulate_place(const struct model *m, double death);
void simulate_deaths_free(struct simulate_deaths *deaths);

// simulate - what one policy does. Several threads may do it at once. Without memory it ends the program.
struct simulate_result simulate(const struct model *m, const struct simulate_deaths *deaths,
                                const struct simulate_policy *policy);

#endif
