// outcome.h - one program, one strategy: what came of it, in figures that must be equal on all.
//
// A program is a trace, and its header may say in which circumstances it runs (fit.h). A strategy
// claims of it what its traits allow, and strategies that claim the same must give the same figure.
// What it must be by itself (verified, nothing left over) is checked here.

#ifndef HEAPBENCH_OUTCOME_H
#define HEAPBENCH_OUTCOME_H

#include "trace/trace.h"

//   X(name, meaning)
#define OUTCOME_FIGURES(X)                                                                         \
    X(OBSERVED, "what the program saw")                                                            \
    X(GRAPH, "the live graph")                                                                     \
    X(LIVE_OBJECTS, "how many objects are live")                                                   \
    X(LIVE_BYTES, "the requested bytes of live objects")                                           \
    X(KEPT, "objects held after a full collection, where garbage cycles are kept")                 \
    X(HANDED_BACK, "guarded objects that were handed back, where garbage cycles are freed")        \
    X(HANDED_BACK_OF_KEPT, "guarded objects that were handed back, where garbage cycles are kept")

enum outcome_figure {
#define OUTCOME_NAME(name, meaning) OUTCOME_##name,
    OUTCOME_FIGURES(OUTCOME_NAME)
#undef OUTCOME_NAME
        OUTCOME_FIGURE_COUNT
};

struct outcome {
    const char *strategy;
    bool varies;      // HEAP_VARIES
    bool refused;     // heap_new was; then it claims nothing
    char failed[160]; // what is wrong with this strategy by itself, in one line; "": nothing
    bool claimed[OUTCOME_FIGURE_COUNT];
    uint64_t figure[OUTCOME_FIGURE_COUNT];
};

// outcome_run - a heap, the program, a full collection, the figures. Gives back all memory. The one
// function that a strategy built as a shared object shows.
//   t  passed trace_check
void outcome_run(const struct trace *t, struct outcome *out);

#endif
