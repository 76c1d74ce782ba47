// page_parts.h - the parts of the report that are not plots. Each writes HTML.

#ifndef HEAPBENCH_PAGE_PARTS_H
#define HEAPBENCH_PAGE_PARTS_H

#include "question.h"

// All take the plots of the page too, which most do not look at, so that one table holds them
// (page.c).
typedef void part(const struct summary *summary, const struct plots *plots, FILE *out);

part part_head;       // machine, commit, command, date, blocks, seed
part part_table;      // the final table
part part_outcomes;   // invocations that did not end ok
part part_warnings;   // what made the numbers worse, with the remedy
part part_noise;      // how wide the intervals are
part part_agreement;  // whether all strategies computed the same
part part_backings;   // the same cells on other backing allocators
part part_strategies; // what they are, and their tunables
part part_workloads;  // likewise, and their params
part part_data;       // all the numbers, to take away

#endif
