// budget.h - what of a run fits its budget of time. Blocks are never cut below 6, since fewer give
// no interval of 95 %. Then cells around the base are, from the plan's end, in the last blocks: what
// there is no time for misses one or two of six, rather than all but the first. It is asked before
// every block, so that what one took says what the next may have.

#ifndef HEAPBENCH_BUDGET_H
#define HEAPBENCH_BUDGET_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct budget {
    double budget_s;        // 0: none
    const json_t *manifest; // with `cells`, of which the first `base_cells` are the base
    json_t *cell_s; // seconds of each cell in a block, by key, without what is observed besides;
                    // those that were cut are not in it
    double spent_s; // so far, all in all
};

struct budget_fit {
    uint64_t blocks;
    json_t *cut;   // keys of cells that are in no block to come, an array
    double late_s; // by how much it is over the budget all the same; 0: it is not
};

// budget_fit - what to run when so many blocks are done, one at least.
//   blocks  planned, more than are done
struct budget_fit budget_fit(const struct budget *b, uint64_t blocks, uint64_t done);

// budget_say - a line that says what is cut, if anything is, and what to do.
void budget_say(const struct budget *b, uint64_t blocks, uint64_t done,
                const struct budget_fit *fit, FILE *out);

#endif
