// pauses.h - times the pauses that a heap announces, on two clocks: a histogram per kind, and the
// events.
//
// Wall time says how long the program stood still; on a busy host that is mostly the scheduler's
// doing (26 ms were seen where the collector worked for 0.41 ms). The thread's CPU time says how
// long the heap worked. It is a system call of 0.3 to 0.5 us, as much as a short collection takes,
// so it is read sparingly:
//   * when a pause begins, unless it was read less than PAUSES_CHECKPOINT_NS ago;
//   * when a pause ends that took at least PAUSES_CHECKPOINT_NS of wall time.
// A shorter pause counts with its wall time, which bounds it. For a longer one the CPU time since
// the last reading is an upper bound, off by less than PAUSES_CHECKPOINT_NS. So both readings cost
// at most 2 % of the time.

#ifndef HEAPBENCH_PAUSES_H
#define HEAPBENCH_PAUSES_H

#include "vocabulary.h"

#include "base/latency.h"
#include "pause_log.h"

enum { PAUSES_IN_RECORD = 1000 };      // kept in a record, the longest of each slice of time
enum { PAUSES_WINDOW_NS = 10000 };     // the shortest of which mutator utilization is asked
enum { PAUSES_CHECKPOINT_NS = 50000 }; // see above

// The pauses of the set-up or of the steps.
struct pauses {
    struct latency wall[HEAP_PAUSE_KINDS], cpu[HEAP_PAUSE_KINDS];
    uint64_t freed[HEAP_PAUSE_KINDS];
    uint64_t longest_at_ns[HEAP_PAUSE_KINDS];  // on the wall; CLOCK_MONOTONIC
    uint64_t longest_cpu_ns[HEAP_PAUSE_KINDS]; // its CPU time, which need not be the most
    struct pause_log log;
};

// The pauses of one kind, added up.
struct pause_sums {
    uint64_t count, wall_ns, wall_max_ns, cpu_ns, cpu_max_ns;
};

// What listens to a heap.
struct pauses_clock {
    struct pauses *into;                    // of the set-up or the steps; NULL: nothing is recorded
    struct pause_sums *sums;                // of the phase under way, by kind; NULL: of none
    uint64_t started_ns;                    // the pause under way
    uint64_t checkpoint_ns, checkpoint_cpu; // wall and CPU time when the latter was read
};

// pauses_new - empty, every page touched. NULL without memory.
struct pauses *pauses_new(void);
void pauses_free(struct pauses *p);

// pauses_listener - for struct heap_config. The clock outlives the heap.
struct heap_listener pauses_listener(struct pauses_clock *clock);

// pauses_to_json - an object from kinds that occurred to their histograms; with `freed`, where that
// was counted, and `longest_at_ns` on the wall clock and `longest_cpu_ns`. pause_sums_to_json - likewise to what they
// add up to, from HEAP_PAUSE_KINDS + 1 of them, the last as `all`. pauses_log_to_json - the fields
// `pause_events` and `mmu` of a record, where all pauses could be noted.
//   origin_ns, end_ns  CLOCK_MONOTONIC at the first step and after the last
json_t *pauses_to_json(const struct pauses *p, uint64_t origin_ns);
json_t *pauses_cpu_to_json(const struct pauses *p);
json_t *pause_sums_to_json(const struct pause_sums *sums);
void pauses_log_to_json(struct pauses *p, json_t *record, uint64_t origin_ns, uint64_t end_ns);

#endif
