// percentiles.h - latency percentiles of every cell, as files that HdrHistogram's tools read.

#ifndef HEAPBENCH_PERCENTILES_H
#define HEAPBENCH_PERCENTILES_H

#include "store/store.h"

struct sqlite3;

// percentiles_write - write percentiles/KEY.hgrm of each cell that has latencies, all blocks
// merged. Returns 0 or an errno value.
int percentiles_write(const struct store *store, struct sqlite3 *db);

#endif
