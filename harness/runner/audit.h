// audit.h - floating garbage: the program is looked at as it goes.
//
// What is held follows from counters, what is live takes a walk over the graph. At each checkpoint
// a forked copy of the process walks beside the program, see graph.h: the heap does what it would
// have done, so counters, leaks and what pauses freed are those of a run without an audit. Its
// times are not: a fork stands still for a while, and pages are copied after it.
//
// Without a walk a checkpoint is a mark: what is held, asked for and resident is noted, and what
// was live there is known from the oracle's run of the same program, whose marks are at the same
// steps.
//
// There is one checkpoint in each of equally many steps, at a place drawn by the plan's seed. At
// even distances they could fall into step with the collections, and always see a heap that was
// just collected, or never.

#ifndef HEAPBENCH_AUDIT_H
#define HEAPBENCH_AUDIT_H

#include "copy.h"
#include "graph.h"
#include "lives.h"
#include "workload.h"

#include <jansson.h>

enum { AUDIT_SAMPLES = 256 };
_Static_assert((int)AUDIT_SAMPLES < (int)LIVES_MARKS, "a mark has a number on the clock of deaths");

// What there was at a checkpoint. HEAP_UNKNOWN: not counted in this build, or no /proc.
//   asked   that the program had asked for, see lives.h
struct audit_mark {
    uint64_t step, asked_bytes, memory_bytes, rss_bytes, unused_bytes;
    bool counted;
    struct lives_live held; // of an oracle: live
};

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
    struct audit_mark marks[AUDIT_SAMPLES];
    uint64_t steps, looks; // of the program; taken so far
    uint64_t at;           // the step of the walk that is under way
    uint64_t next;         // the step after which the next look is due; UINT64_MAX: none is
    uint64_t dice;
    bool walks, walking; // it is to look; it does
    struct copy copy;
    struct graph_live held; // when the walk began
};

// audit_start - before the first step.
//   steps        that the program will do
//   checkpoints  no more than steps count
//   walks        a copy looks at each what is reachable
void audit_start(struct audit *a, uint64_t steps, uint64_t checkpoints, bool walks, uint64_t seed);

// audit_look - a look is due: take what the copy before found, and let another one walk.
//   rss_bytes  resident memory above the baseline; HEAP_UNKNOWN
void audit_look(struct audit *a, const struct mutator *m, uint64_t rss_bytes);

// audit_end - after the last step. audit_to_json - then the field `floating` of a record; NULL when
// nothing is known. audit_marks - the field `marks`, likewise.
void audit_end(struct audit *a);
json_t *audit_to_json(const struct audit *a);
json_t *audit_marks(const struct audit *a);

#endif
