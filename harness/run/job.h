// job.h - one invocation to be made, complete: whoever has the line and the programs can do it.
//
// A job is a line of jobs.ndjson; its form is in results/README.md.

#ifndef HEAPBENCH_JOB_H
#define HEAPBENCH_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is looked at besides the run itself: "counts" has the counting build do the same once more,
// so that what is timed need not count; "audit:16" asks for that many checkpoints of an audit
// (runner/audit.h), of which the oracle tells where it can (oracle.h); "graph", which every first
// block of a seed asks for, for the checksum of what is reachable at the end; "drag" for how late each
// object is released after it died; "instructions" has callgrind count those of a step.
struct observe {
    bool counts, instructions;
    bool graph;           // a walk over what is reachable at the end, for its checksum
    bool drag;            // takes an audit, too
    bool marks;           // the oracle tells, so nobody walks; not in the JSON
    uint64_t checkpoints; // 0: no audit
};

// observe_read - add what a list of texts asks for. Returns NULL, or the text that is none of
// these.
// observe_merge - what either asks for.
const char *observe_read(const json_t *list, struct observe *observe);
void observe_merge(struct observe *observe, const struct observe *more);

// A job taken apart. The texts belong to its JSON.
struct job {
    const char *cell; // key
    const char *workload, *params, *strategy, *tunables, *backing;
    const char *build;      // NULL: the plan's own
    bool counting;          // count-NAME does it, not bench-NAME; not in the JSON
    const char *input;      // path; NULL: the workload reads none
    const char *input_name; // as in the key; NULL: not in it
    const char *lives;      // file of deaths, to be read or written; NULL: none; not in the JSON
    const char *input_sum;  // its checksum as in a record; NULL: unknown
    uint64_t steps;         // 0: as many as what the workload reads says
    uint64_t seed, heap_limit_bytes, block, order;
    double load; // 0: a closed loop
    double rate; // that the load is a share of, steps per second (rate.h); not in the JSON
    struct observe observe;
    double timeout_s;
};

// job_read - returns false when it is none.
bool job_read(const json_t *json, struct job *job);

// job_json - the line of a job.
json_t *job_json(const struct job *job);

// jobs_add - at the end of an array, which takes the reference. What a job has like the one before it of
// its cell, as most but block and order is, both have in common: a run has up to a million jobs.
//   cells  an object, at first empty, for the same array each time
void jobs_add(json_t *jobs, json_t *cells, json_t *job);

// jobs_load - all lines of a file as an array.
//   returns  NULL with one line in error: no such file, or a line that is no job
json_t *jobs_load(const char *path, char *error, size_t error_bytes);

#endif
