// audit.h - floating garbage: the program is looked at as it goes.
//
// What is held follows from counters, what is live takes a walk over the graph. At each checkpoint a
// forked copy of the process walks beside the program, see graph.h: the heap does what it would have
// done, so counters, leaks and what pauses freed are those of a run without an audit. Its times are
// not: a fork stands still for a while, and pages are copied after it.
//
// There is one checkpoint in each of equally many steps, at a place drawn by the plan's seed. At
// even distances they could fall into step with the collections, and always see a heap that was
// just collected, or never.

#ifndef HEAPBENCH_AUDIT_H
#define HEAPBENCH_AUDIT_H

#include "copy.h"
#include "graph.h"
#include "workload.h"

#include <jansson.h>

enum { AUDIT_SAMPLES = 64 };

// What one look found not to be reachable.
struct audit_sample {
    uint64_t step, objects, bytes;
};

struct audit {
    uint64_t checkpoints;                    // 0: no audit
    uint64_t average_objects, average_bytes; // over the checkpoints; sums until the end
    uint64_t peak_objects, peak_bytes;       // most at one of them
    uint64_t wall_ns;                        // what the program stood still for it
    int error;                               // ENOMEM when memory was refused: nothing is known
    // Under way.
    struct audit_sample samples[AUDIT_SAMPLES]; // of each look; not kept when there are more
    uint64_t steps, looks;                      // of the program; taken so far
    uint64_t at;                                // the step of the walk that is under way
    uint64_t next; // the step after which the next look is due; UINT64_MAX: none is
    uint64_t dice;
    bool walking;
    struct copy copy;
    struct graph_live held; // when the walk began
};

// audit_start - before the first step.
//   steps        that the program will do
//   checkpoints  no more than steps count
void audit_start(struct audit *a, uint64_t steps, uint64_t checkpoints, uint64_t seed);

// audit_look - a look is due: take what the copy before found, and let another one walk.
void audit_look(struct audit *a, const struct mutator *m);

// audit_end - after the last step. audit_to_json - then the field `floating` of a record; NULL when
// nothing is known.
void audit_end(struct audit *a);
json_t *audit_to_json(const struct audit *a);

#endif
