// estimate.h - how long a plan will take, from what the newest run took.

#ifndef HEAPBENCH_ESTIMATE_H
#define HEAPBENCH_ESTIMATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// Assumed for a cell that no earlier run has: workloads declare steps for about 0.3 s on refcount.
#define ESTIMATE_CELL_S 0.3
// Around the steps of every invocation: start, graph checksum, settling; 30 to 100 ms were seen.
#define ESTIMATE_OVERHEAD_S 0.06

// estimate_load - seconds per step and of the set-up of each cell in a run's folder; empty when
// there is none.
json_t *estimate_load(const char *dir);

// estimate_cell_s - seconds of one invocation.
//   steps_factor  how many times the declared steps, for the assumption
//   known         whether it comes from that run
double estimate_cell_s(const json_t *estimate, const char *key, uint64_t steps, double steps_factor,
                       bool *known);

// estimate_audit_s - seconds of the cell's counting build, which audits, in that run; 0 when it had
// none.
// estimate_audit_of - the same of a record.
double estimate_audit_s(const json_t *estimate, const char *key);
double estimate_audit_of(const json_t *record);

#endif
