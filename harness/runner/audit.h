// audit.h - floating garbage: the program runs once more, and is looked at as it goes.
//
// What is held follows from counters, what is live takes a walk over the graph, and a walk would
// disturb a run that is being timed. So it is done after the run, on a fresh heap: the same seed
// makes the same program. At each checkpoint a forked copy of the process walks; see graph.h.
//
// There is one checkpoint in each of equally many steps, at a place drawn by the plan's seed. At
// even distances they could fall into step with the collections, and always see a heap that was
// just collected, or never.

#ifndef HEAPBENCH_AUDIT_H
#define HEAPBENCH_AUDIT_H

#include "invocation.h"

struct audit {
    uint64_t checkpoints;
    uint64_t average_objects, average_bytes; // over the checkpoints, rounded
    uint64_t peak_objects, peak_bytes;       // most at one of them
    uint64_t wall_ns;                        // what it took
};

// audit_run - do again what a run did that ended well.
//   steps        that it did, at least 1
//   counters     of its heap after the last step
//   checkpoints  at least 1; there are no more than steps
//   returns      0; ENOMEM when memory was refused; EPROTO when the heap did not end as it did the
//                first time (a bug, except with HEAP_VARIES, where it is not asked); *out is then
//                unset
int audit_run(const struct invocation_plan *plan, uint64_t steps,
              const struct heap_counters *counters, uint64_t checkpoints, struct audit *out);

// audit_to_json - the field `floating` of a record.
json_t *audit_to_json(const struct audit *a);

#endif
