// record.h - what the driver adds to a record, and records of invocations that left none.

#ifndef HEAPBENCH_RECORD_H
#define HEAPBENCH_RECORD_H

#include "job.h"
#include "model/catalog.h"
#include "model/outcome.h"

// Resident memory of the process, seen from outside.
struct record_sample {
    uint64_t at_ns; // CLOCK_MONOTONIC
    uint64_t bytes;
};

struct record_samples {
    struct record_sample *list;
    size_t count;
};

// record_complete - add the cell's key, block, order, the average and the samples of resident
// memory to what a runner wrote, and take out what was only meant for that.
//   padding_bytes  length of the random environment variable
//   returns        NULL, or what makes it no record of this cell
const char *record_complete(json_t *record, const struct job *job,
                            const struct record_samples *samples, unsigned padding_bytes);

// record_failed - a record with all that is known when a process left none.
json_t *record_failed(const struct catalog *catalog, const struct job *job, enum outcome outcome,
                      const char *detail);

// record_failures - how many of these records are of invocations that crashed, timed out or failed.
size_t record_failures(const json_t *records);

#endif
