// rate.h - how many steps a second a load is: that share of the rate at which the program's fastest
// closed loop ran.
//
// A closed loop begins a step when the one before is over, and is a cell without a load. Those of
// block 0 count, of whatever strategy and settings, that ended ok. The rate is worked out from
// their records, which a run keeps, so it is the same when the run goes on later; a failure that is
// run again does not change it once it was used.

#ifndef HEAPBENCH_RATE_H
#define HEAPBENCH_RATE_H

#include "job.h"

// rate_closed - steps per second of the fastest closed loop of a job's program.
//   jobs, records  of the run
//   returns        NAN when none ended ok
double rate_closed(const json_t *jobs, const json_t *records, const struct job *job);

// rate_lacks - the first cell with a load of whose program the run has no closed loop; NULL: there
// is none. The text is the job's.
const char *rate_lacks(const json_t *jobs);

#endif
