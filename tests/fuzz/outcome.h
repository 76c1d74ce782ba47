// outcome.h - one input, one strategy: what came of it, in figures that must be equal on all.
//
// An input is a byte string: OUTCOME_HEADER bytes that choose the circumstances, then a program
// (program.h). A strategy claims of each input what its traits allow, and strategies that claim the
// same must give the same figure. What it must be by itself (verified, nothing left over) is
// checked here.

#ifndef HEAPBENCH_OUTCOME_H
#define HEAPBENCH_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The bytes of the header. All 0, which is what missing bytes are: tunables at their fallbacks, the
// program once, nothing refused.
enum {
    OUTCOME_TUNABLES,       // two bytes, from which each tunable's value is drawn
    OUTCOME_TIMES = 2,      // how often the program is run
    OUTCOME_WHO_IS_REFUSED, // one strategy in 16, by the hash of its name
    OUTCOME_WHICH_REQUEST,  // 0: none is refused
    OUTCOME_HEADER,
    OUTCOME_MOST_REPEATED = 480,  // bytes run in all, at which repetition ends
    OUTCOME_LONG_REPEATED = 2400, // with one of the 256 values: the intern table grows
};

//   X(name, meaning)
#define OUTCOME_FIGURES(X)                                                                         \
    X(OBSERVED, "what the program saw")                                                            \
    X(GRAPH, "the live graph")                                                                     \
    X(LIVE_OBJECTS, "how many objects are live")                                                   \
    X(LIVE_BYTES, "the requested bytes of live objects")                                           \
    X(KEPT, "objects held after a full collection, where garbage cycles are kept")

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
void outcome_run(const uint8_t *bytes, size_t count, struct outcome *out);

#endif
