// summary_read.h - from the records of a run to the rows of its cells.

#ifndef HEAPBENCH_SUMMARY_READ_H
#define HEAPBENCH_SUMMARY_READ_H

#include "summary.h"

// summary_read - fill rows, outcomes, merged latencies, metrics and machine; the cells must be
// there, with their base marked.
void summary_read(struct summary *summary);

void summary_row_free(struct summary_row *row);

#endif
