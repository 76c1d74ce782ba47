// rivals.h - which strategies differ in how they work, not in how they are set.

#ifndef HEAPBENCH_RIVALS_H
#define HEAPBENCH_RIVALS_H

#include "read/summary.h"

// rivals - whether two cells are of different strategies of one kind, set alike: they claim the same
// traits, but for `varies`; they agree in the value of every tunable that both declare; and one of
// these is worth a quick sweep to both, so that it is what they are turned by.
bool rivals(const struct summary *summary, const struct summary_cell *a,
            const struct summary_cell *b);

#endif
