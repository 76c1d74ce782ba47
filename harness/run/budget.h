// budget.h - what of a run fits its budget of time. Blocks are never cut below 6, since fewer give
// no interval of 95 %: cells around the base are, to the first block alone.

#ifndef HEAPBENCH_BUDGET_H
#define HEAPBENCH_BUDGET_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct budget {
    double budget_s;        // 0: none
    const json_t *manifest; // with `cells`, of which the first `base_cells` are the base
    json_t *cell_s;    // seconds of each cell in a block, by key, without what is observed besides
    double observed_s; // of what is observed besides, in all blocks
};

struct budget_fit {
    uint64_t blocks;
    json_t *cut;   // keys of cells that are in no later block, an array
    double late_s; // by how much it is over the budget all the same; 0: it is not
};

// budget_fit - what to run when so many blocks are done.
//   blocks  planned
struct budget_fit budget_fit(const struct budget *b, uint64_t blocks, uint64_t done);

// budget_say - a line that says what is cut, if anything is, and what to do.
void budget_say(const struct budget *b, uint64_t blocks, const struct budget_fit *fit, FILE *out);

#endif
