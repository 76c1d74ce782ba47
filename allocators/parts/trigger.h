// trigger.h - when a collection is due: the rules that several strategies go by.
//
//   growth    a heap has grown to a multiple of what was live, and to a least size
//   interval  a generation is collected at most once in so much time
//   adaptive  collections that find little move the threshold up, others down again
// Each is a few comparisons on the path of a collection, none on that of an allocation.

#ifndef HEAPBENCH_TRIGGER_H
#define HEAPBENCH_TRIGGER_H

#include "heap.h"

// ------------------------------------------------------------------------------------------ growth
// trigger_growth_bytes - the size at which a heap of that growth collects next.
static inline size_t trigger_growth_bytes(double growth, size_t least_bytes, size_t live_bytes) {
    double bytes = (double)live_bytes * growth;
    if (bytes < (double)least_bytes)
        bytes = (double)least_bytes;
    return bytes < (double)(SIZE_MAX / 2) ? (size_t)bytes : SIZE_MAX / 2;
}

// ---------------------------------------------------------------------------------------- interval
// The least time between the starts of two collections of a generation; 0: none is asked for, and no
// clock is read. now_ns is that of struct heap_config; without it no time ever passes, so that each
// generation with an interval is collected once.
struct trigger_interval {
    uint64_t least_ns[HEAP_GENERATIONS];
    uint64_t next_ns[HEAP_GENERATIONS]; // the generation is not collected before
    uint64_t (*now_ns)(void);
};

static inline uint64_t trigger_now_ns(const struct trigger_interval *t) {
    return t->now_ns ? t->now_ns() : 0;
}

// trigger_may_collect - whether enough time has passed for this generation.
static inline bool trigger_may_collect(const struct trigger_interval *t, int generation) {
    return !t->least_ns[generation] || trigger_now_ns(t) >= t->next_ns[generation];
}

// trigger_collects - it is collected now, and so are all that are younger.
static inline void trigger_collects(struct trigger_interval *t, int generation) {
    for (int g = 0; g <= generation; g++)
        if (t->least_ns[g])
            t->next_ns[g] = trigger_now_ns(t) + t->least_ns[g];
}

// ---------------------------------------------------------------------------------------- adaptive
// The threshold of a root buffer, PHP 7.3 and later (Zend/zend_gc.c, gc_adjust_threshold): a collection
// that frees fewer than TRIGGER_FEW raises it by TRIGGER_STEP, another lowers it by as much, though not
// below what it was at first.
enum { TRIGGER_FEW = 100, TRIGGER_STEP = 10000, TRIGGER_MOST = 1000000000 };

static inline uint32_t trigger_adapt(uint32_t threshold, uint32_t first, size_t found) {
    if (found < TRIGGER_FEW)
        return threshold > TRIGGER_MOST - TRIGGER_STEP ? TRIGGER_MOST : threshold + TRIGGER_STEP;
    return threshold - first < TRIGGER_STEP ? first : threshold - TRIGGER_STEP;
}

// --------------------------------------------------------------------------------------- tunables
// clang-format off
#define TRIGGER_TUNABLE_INTERVAL(generation)                                                       \
    {.name = "interval" #generation,                                                               \
     .doc = "collect generation " #generation " by itself at most once in so many milliseconds; "  \
            "off: as often as the thresholds say",                                                 \
     .unit = "ms", .max = 1e9}
#define TRIGGER_TUNABLE_ADAPT                                                                      \
    {.name = "adapt",                                                                              \
     .doc = "php: after a collection that finds fewer than 100 threshold0 is raised by 10000, "    \
            "after others lowered again",                                                          \
     .unit = "", .choices = (const char *const[]){"off", "php", NULL}}
// clang-format on

#endif
