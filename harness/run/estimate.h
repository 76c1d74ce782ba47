// estimate.h - how long a plan will take, from what the newest run took.

#ifndef HEAPBENCH_ESTIMATE_H
#define HEAPBENCH_ESTIMATE_H

#include "job.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

// Assumed for a cell that no earlier run has: the mean of 8,496 invocations of the plan full was 0.19 s.
#define ESTIMATE_CELL_S 0.19
// Around the steps of every invocation: start, graph checksum, settling; 30 to 100 ms were seen.
#define ESTIMATE_OVERHEAD_S 0.06

// estimate_load - seconds per step and of the set-up of each cell in a run's folder; empty when
// there is none.
json_t *estimate_load(const char *dir);

// estimate_job_s - seconds of a job, with those of its audit.
//   steps_factor  how many times the declared steps, for the assumption
//   known         whether it comes from that run
double estimate_job_s(const json_t *estimate, const struct job *job, double steps_factor,
                      bool *known);

// estimate_audit_of - of a record: seconds of the counting build, which audits; 0 when it had none.
double estimate_audit_of(const json_t *record);

#endif
