// workloads.h - the workloads that are linked into this runner.

#ifndef HEAPBENCH_WORKLOADS_H
#define HEAPBENCH_WORKLOADS_H

#include "workload.h"

// workload_first - the entries, sorted by name; NULL at the end.
const struct workload_entry *workload_first(void);

// workload_find - by name, or NULL.
const struct workload *workload_find(const char *name);

#endif
