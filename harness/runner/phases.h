// phases.h - measures the phases of a run one by one: the set-up, then the steps, whole or in the
// parts that the workload says.
//
// Between two phases the clocks stand still. Marks are read there, and after a phase that lets go
// of much a copy of the process asks the backing allocator to give back what is free: what the run
// itself keeps is as it was. The copy costs some ms for each GB, and its pages are then written to
// anew in the phase that follows, at some 0.2 us each.

#ifndef HEAPBENCH_PHASES_H
#define HEAPBENCH_PHASES_H

#include "base/clock.h"
#include "pauses.h"

#include <jansson.h>

struct invocation;
struct workload_phase;

// What a worker had when it had done a phase: pages that it had written to since it was forked, and
// those that it still shared.
struct phase_worker {
    uint64_t own_bytes, shared_bytes;
    int error;
};

// Bytes of resident memory have the baseline subtracted, as everywhere.
//   purged    after the copy gave back what was free
//   counters  what the phase added; of memory_bytes, memory_peak_bytes and cascade_longest the
//             value at its end
struct phase {
    const char *name; // of the workload
    uint64_t steps, wall_ns;
    struct clock_cpu cpu;
    uint64_t rss_start, rss_peak, rss_end, rss_purged;
    bool peak_known, purged_known, worker_known;
    struct phase_worker worker;
    struct heap_counters counters;
    struct pause_sums pauses[HEAP_PAUSE_KINDS + 1]; // by kind, and all
};

// start_ns, waited_ns: of the phase that is open; waited_ns is the CPU time that waiting had taken.
struct phases {
    struct phase *list;
    size_t count, room;
    uint64_t start_ns, waited_ns;
};

// phases_prepare - make room for all phases that the workload will say. Returns 0 or ENOMEM.
int phases_prepare(struct invocation *inv);
void phases_free(struct phases *phases);

// phases_begin, phases_end - around a phase; phases_end is told how many steps it did.
void phases_begin(struct invocation *inv, const char *name);
void phases_end(struct invocation *inv, uint64_t steps, bool releases);

// phases_to_json - the field `phases` of a record.
json_t *phases_to_json(const struct invocation *inv);

#endif
