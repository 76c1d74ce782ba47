// invocation.h - one process run of one cell: what was asked for, what was measured.

#ifndef HEAPBENCH_INVOCATION_H
#define HEAPBENCH_INVOCATION_H

#include "audit.h"
#include "base/arrivals.h"
#include "base/clock.h"
#include "base/hardware.h"
#include "base/latency.h"
#include "base/metered.h"
#include "graph.h"
#include "pauses.h"
#include "phases.h"
#include "workload.h"

// What a user chooses. params and tunables hold a value per declared setting, in declared order.
struct invocation_plan {
    const struct workload *workload;
    double *params;
    double *tunables;
    uint64_t steps;
    uint64_t seed;
    uint64_t checkpoints;   // marks; 0: none
    bool audits;            // at each a copy looks at what is reachable
    bool graph;             // a copy walks over what is reachable at the end
    const char *lives_path; // of the deaths that the oracle tells; NULL: nobody asks
    size_t heap_limit_bytes;
    double arrivals; // of an open loop, steps per second; 0: a closed loop
    // What the workload reads (reads.h); NULL when it reads nothing.
    const char *input_path;
    struct input *input;
    struct trace *trace;
    struct scenario *scenario;
};

// Resident memory at the marks of a run, in bytes; all but the baseline have it subtracted.
//   baseline  what the process and the program's own tables hold before the heap exists
//   start, peak, end  of the steps
//   released  after the program dropped everything and a full collection ran
//   settled   after the backing allocator was asked to give back what is free, which no program
//   does
struct invocation_rss {
    uint64_t baseline, start, peak, end, released, settled;
    bool peak_known; // the peak could be reset when the steps began
};

struct invocation {
    const struct invocation_plan *plan;
    struct mutator mutator;
    int error;     // 0, or ENOMEM when memory ran out: then steps tells how far it got
    bool in_setup; // it ran out in the set-up
    uint64_t steps;
    uint64_t worker_steps; // that a worker is to do
    uint64_t setup_start_ns, setup_ns;
    uint64_t start_ns, end_ns; // CLOCK_MONOTONIC, first step and after the last
    uint64_t wall_ns;          // of the steps, without what was read between phases
    struct clock_cpu cpu;      // likewise, and without what waiting for steps to be due took
    struct hardware hardware;  // likewise
    struct latency latency;    // service: of a step from its start
    struct metered metered;    // of a closed loop
    struct arrivals arrivals;  // of an open loop
    uint64_t collect_idle,
        since_collected; // see drive_collect_idle; steps since the last such collection
    struct audit audit;
    struct lives lives;
    struct pauses_clock pauses_clock;
    struct pauses *setup_pauses, *pauses; // of the set-up, of the steps
    struct phases phases;
    struct invocation_rss rss;
    struct heap_counters setup_counters, counters;
    uint64_t leaked_objects, leaked_bytes;
    bool graph_known;
    struct graph graph;
    json_t *backing_end, *backing_settled;
    int rss_fd;
};

// invocation_plan_new - the workload with every setting at its default. NULL without memory.
struct invocation_plan *invocation_plan_new(const struct workload *workload);
void invocation_plan_free(struct invocation_plan *plan);

// invocation_new - touch everything that a measurement needs, so that it does not show in one. NULL
// without memory. The plan outlives it.
struct invocation *invocation_new(const struct invocation_plan *plan);
void invocation_free(struct invocation *inv);

// A run is these four calls, in this order; each may be called also when the one before ended in an
// error. invocation_setup - a heap, and what lives in it from the start. Returns 0 or ENOMEM.
// invocation_steps - this many steps, timed. Returns 0 or ENOMEM.
// invocation_finish - read counters, checksum the graph, drop everything, settle, read again.
int invocation_setup(struct invocation *inv);
int invocation_steps(struct invocation *inv, uint64_t steps);
void invocation_finish(struct invocation *inv);

// record_counters - counters as in a record. invocation_record - the record of results/README.md.
// NULL without memory.
json_t *record_counters(const struct heap_counters *c);
json_t *invocation_record(const struct invocation *inv);

#endif
