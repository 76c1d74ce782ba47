// final_table.h - what a run ends with on the terminal: each workload's strategies, side by side.

#ifndef HEAPBENCH_FINAL_TABLE_H
#define HEAPBENCH_FINAL_TABLE_H

#include "read/summary.h"

#include <stdio.h>

// final_table - medians over blocks of the base cells; "-" for what was not measured, or of which
// too few values lie above (see latency.h).
void final_table(const struct summary *summary, FILE *out);

#endif
