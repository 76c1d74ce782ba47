// pauses.h - times the pauses that a heap announces: a histogram per kind, and the events.

#ifndef HEAPBENCH_PAUSES_H
#define HEAPBENCH_PAUSES_H

#include "base/latency.h"
#include "heap.h"

enum { PAUSES_EVENTS = 1 << 15 }; // kept while running
enum { PAUSES_IN_RECORD = 1000 }; // kept in a record, the longest of each slice of time

struct pause_event {
    uint64_t start_ns; // CLOCK_MONOTONIC
    uint64_t duration_ns;
    uint64_t freed;
    enum heap_pause kind;
};

struct pauses {
    struct latency latency[HEAP_PAUSE_KINDS];
    uint64_t freed[HEAP_PAUSE_KINDS];
    uint64_t longest_at_ns[HEAP_PAUSE_KINDS]; // CLOCK_MONOTONIC
    struct pause_event events[PAUSES_EVENTS];
    size_t event_count;
    bool recording;
    uint64_t started_ns; // the pause under way
};

// pauses_new - empty, every page touched, not recording. NULL without memory.
// pauses_start - record from now on; pauses_stop - no more. Only the pauses of the steps count: those
// of the set-up and of the final collection are the harness's own doing.
struct pauses *pauses_new(void);
void pauses_start(struct pauses *p);
void pauses_stop(struct pauses *p);
void pauses_free(struct pauses *p);

// pauses_listener - for struct heap_config.
struct heap_listener pauses_listener(struct pauses *p);

// pauses_to_json, pause_events_to_json - the fields `pauses` and `pause_events` of a record.
//   origin_ns, end_ns  CLOCK_MONOTONIC at the first step and after the last
json_t *pauses_to_json(const struct pauses *p, uint64_t origin_ns);
json_t *pause_events_to_json(const struct pauses *p, uint64_t origin_ns, uint64_t end_ns);

#endif
