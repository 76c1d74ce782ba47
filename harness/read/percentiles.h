// percentiles.h - latency percentiles of every cell, as files that HdrHistogram's tools read.

#ifndef HEAPBENCH_PERCENTILES_H
#define HEAPBENCH_PERCENTILES_H

#include "store/store.h"

// percentiles_write - write percentiles/KEY.hgrm of each cell that has latencies, all blocks merged. Reads
// the records once more: histograms are not in the database. Returns 0 or an errno value.
int percentiles_write(const struct store *store);

#endif
