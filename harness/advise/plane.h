// plane.h - what a recorded program would do at many settings of its collector, and under other policies.

#ifndef HEAPBENCH_PLANE_H
#define HEAPBENCH_PLANE_H

#include "cost.h"

enum plane_kind {
    PLANE_NOW,    // as the program is
    PLANE_SET,    // other thresholds
    PLANE_FROZEN, // likewise, and gc.freeze() after set-up
    PLANE_313,    // the rules of CPython 3.13, at its thresholds
    PLANE_OFF,    // gc.disable()
    PLANE_EVERY,  // likewise, and gc.collect() now and then
    PLANE_GROWTH, // a full collection whenever there are so many times the bytes that the last one left
};

// A figure with its interval.
struct plane_figure {
    double value, low, high;
};

// gc_ns       of CPU time, in all collections; longest_ns: in the longest
// peak_bytes  of the whole process
// floating    bytes of garbage at most
// left        containers that a collection at the program's end examines
struct plane_point {
    enum plane_kind kind;
    struct simulate_policy policy;
    char name[32];
    uint64_t collections[MODEL_GENERATIONS], found;
    struct plane_figure gc_ns, longest_ns, peak_bytes;
    double floating_bytes;
    uint64_t left;
};

// setup   the event with which set-up ends: after it, few objects are born that stay; 0: there is no such
// frozen  objects that are there by then
// points  the first is PLANE_NOW, of which times and memory are measured, and not the model's
struct plane {
    const struct model *m;
    const struct calibration *runs;
    struct cost cost;
    struct simulate_deaths
        deaths[3];              // in the middle of their brackets, at the lower and the upper end
    struct simulate_result now; // by the model
    double now_gc_ns;           // likewise
    uint32_t setup, frozen;
    bool sets_itself; // the program sets thresholds
    struct plane_point *points;
    size_t count, room;
};

// plane_make - simulates all points, on as many threads as there are processors. Intervals are those of plane_bracket.
struct plane *plane_make(const struct model *m, const struct calibration *runs);
void plane_free(struct plane *p);

// plane_bracket - simulate some points at both ends of the brackets of deaths, too, and widen their intervals by that.
void plane_bracket(struct plane *p, struct plane_point *const *points, size_t count);

#endif
