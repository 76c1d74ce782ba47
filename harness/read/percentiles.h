// percentiles.h - latency percentiles of every cell, as files that HdrHistogram's tools read.

#ifndef HEAPBENCH_PERCENTILES_H
#define HEAPBENCH_PERCENTILES_H

#include "store/store.h"

#include <stdint.h>

struct sqlite3;

// percentiles_write - write percentiles/KEY.hgrm of each cell that has latencies, all blocks merged;
// where more cells than `most` have some, only of those of the base matrix and of presets, for a
// hundred thousand files are nobody's. Returns 0 or an errno value.
int percentiles_write(const struct store *store, struct sqlite3 *db, int64_t most);

#endif
