// reads.h - what a workload reads: a text's tokens, a trace, or a scenario.

#ifndef HEAPBENCH_READS_H
#define HEAPBENCH_READS_H

#include "invocation.h"

// reads_load - load what the plan's workload reads, if it reads something. It is all in memory
// then, and what was needed to look at it is not.
//   path     of a file or folder of text; of a trace or a scenario, or its name in workloads/traces
//            or workloads/scenarios; NULL: the default
//   returns  false with one line in error when it cannot be read, or is no such thing
bool reads_load(struct invocation_plan *plan, const char *path, char *error, size_t error_bytes);
void reads_free(struct invocation_plan *plan);

// reads_steps - of a run that is not told how many: those of the workload, or of all phases of what
// was loaded.
uint64_t reads_steps(const struct invocation_plan *plan);

#endif
