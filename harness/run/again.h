// again.h - the A/A rows of a plan: cells that run under a second name as well.
//
// What differs between a cell and its second is chance and the host: it is how large a difference
// must be to be one. Any plan of two or more blocks has some, since a noise floor that must be
// asked for is missing from the run that needs it; not so what --alone and --cell leave of a plan,
// which is what was named and no more.

#ifndef HEAPBENCH_AGAIN_H
#define HEAPBENCH_AGAIN_H

#include "plan.h"

// again_add - after all other cells, seconds of some of them, of which nothing is observed besides.
//   json  the plan. Its member "again" lists strategies, with wildcards, of which every base cell
//         has a second; an empty list: none. Without it up to three base cells, or one where there
//         is no base: of a strategy that frees cycles, so that it has pauses, and the same in each
//         run; first the plan's focus
void again_add(struct plan *plan, const struct selection *s, const json_t *json);

#endif
