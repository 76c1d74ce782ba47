// cost.h - what a collection takes, from what it examines and finds.
//
// The CPU time of a collection of generation g that examines v objects and finds f of them dead is
//     v * rate(g) * (v / usual(g))^slope(g) + f * found_ns
// A rate is of a generation, since what is young is in the cache: an object of generation 0 takes 20 to 150 ns, one of
// generation 2 up to 800. The power stands for what no longer fits. All of it is fitted to the single collections of a
// program's own plain runs; a generation of which these had no collection is taken to cost UP times the one below it.
//
// Of 73 rows of 12 programs that were not calibrated on (tests/advise/README.md says which), half were within 12 %, a little
// over 80 % within the interval; of 63 rows of 13 others (tests/validate/README.md) 90 % were.

#ifndef HEAPBENCH_COST_H
#define HEAPBENCH_COST_H

#include "calibration.h"
#include "simulate.h"

struct cost_rate {
    double ns, usual, slope;
    bool known; // a run had such collections
};

struct cost {
    struct cost_rate rate[MODEL_GENERATIONS];
    double found_ns;
};

// By how much the time of all collections, and that of the longest, may be off: times and divided by. The rows above
// decided it, as what covers a little
// over 80 % of them.
#define COST_SPREAD 1.4
#define COST_LONGEST_SPREAD 1.6

// Likewise of what a plain run was measured to take, when it runs again: of 36 runs of 6 programs (load 5 to 16) the share of
// CPU time in collections was within 1.1 times the median of its program in 34.
#define COST_AGAIN_SPREAD 1.1

// cost_fit - from plain runs. Simulates each, so that it is known what each collection examined.
struct cost cost_fit(const struct model *m, const struct simulate_deaths *deaths,
                     const struct calibration *runs);

// cost_ns - of a collection; NAN where the plain runs had none, so that nothing is known.
double cost_ns(const struct cost *c, const struct simulate_collection *collection);

// Of all collections that cost_add was told of: a policy's `collected`, with a tally for its `context`.
struct cost_tally {
    const struct cost *cost;
    double ns, longest_ns;
};
void cost_add(void *tally, const struct simulate_collection *collection);

#endif
