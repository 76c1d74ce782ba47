// metered.h - latency of a closed loop as if steps had come at an even pace (DaCapo's metered
// latency).
//
// In a closed loop a step that should have come during a stop comes after it. So each start is
// smoothed over a window around it: with lo and hi the first steps that start at or after s(i) -
// W/2 and s(i) + W/2 (hi: else the last),
//     s'(i) = s(lo) + (i - lo) (s(hi) - s(lo)) / (hi - lo)
//     metered(i) = e(i) - min(s(i), s'(i))
// (Blackburn et al., "Rethinking Java performance analysis", ASPLOS 2025). The shorter the window,
// the less of a stop it tells. An open loop (arrivals.h) needs no such guess.

#ifndef HEAPBENCH_METERED_H
#define HEAPBENCH_METERED_H

#include "latency.h"

// The end of each step so far, in ns of the time that steps took, so the next one starts there.
struct metered {
    uint64_t *end_ns;
    size_t count, room; // more steps than there is room are counted, and nothing is known
};

// metered_open - room for so many steps, touched, and not from malloc; without memory, or for more
// than 2^22, none.
// metered_close - accepts a zeroed struct.
void metered_open(struct metered *m, uint64_t steps);
void metered_close(struct metered *m);

static inline void metered_note(struct metered *m, uint64_t service_ns) {
    if (m->count < m->room)
        m->end_ns[m->count] = (m->count ? m->end_ns[m->count - 1] : 0) + service_ns;
    m->count++;
}

// metered_latency - of all steps. window_ns: 0: that of the whole run.
void metered_latency(const struct metered *m, uint64_t window_ns, struct latency *out);

// metered_to_json - the field `metered` of a record: windows that are no longer than the run. NULL
// when nothing is known.
json_t *metered_to_json(const struct metered *m);

#endif
