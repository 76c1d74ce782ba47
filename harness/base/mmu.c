// mmu.c - see mmu.h.

#include "mmu.h"

#include <stdbool.h>

// Adds up pauses from the start of the run to a moment; each moment that is asked for is after the
// one before.
struct cursor {
    const struct mmu_pause *pauses;
    size_t count, at;
    uint64_t before_ns; // of the pauses that are over
};

static uint64_t cursor_paused_ns(struct cursor *c, uint64_t until_ns) {
    while (c->at < c->count && c->pauses[c->at].end_ns <= until_ns) {
        c->before_ns += c->pauses[c->at].end_ns - c->pauses[c->at].start_ns;
        c->at++;
    }
    bool within = c->at < c->count && c->pauses[c->at].start_ns < until_ns;
    return c->before_ns + (within ? until_ns - c->pauses[c->at].start_ns : 0);
}

// Most time paused within a window. One that begins between pauses loses nothing when it moves on
// to the next pause, and one that begins within a pause gains as much as it loses, or more, when it
// moves back to where the pause begins: so windows that begin with a pause are enough. One that
// hangs over the end of the run has no more than the last one within it.
static uint64_t mmu_most_ns(const struct mmu_pause *pauses, size_t count, uint64_t window_ns) {
    struct cursor left = {pauses, count, 0, 0}, right = left;
    uint64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t end = cursor_paused_ns(&right, pauses[i].start_ns + window_ns);
        uint64_t paused = end - cursor_paused_ns(&left, pauses[i].start_ns);
        most = paused > most ? paused : most;
    }
    return most;
}

// The highest density of at least that of segments from the start of a pause to the end of one that
// are at least as long as the window: a better one has an excess over it, paused - density *
// length, above 0. An excess is the difference of two sums from the start of the run, of which the
// least at the start of a segment is kept.
static double mmu_better(const struct mmu_pause *pauses, size_t count, uint64_t window_ns,
                         double density) {
    double best = density, most = 0, least = 0;
    uint64_t paused = 0, opening_paused = 0, least_paused = 0, least_start = 0;
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        paused += pauses[i].end_ns - pauses[i].start_ns;
        for (; open <= i && pauses[open].start_ns + window_ns <= pauses[i].end_ns; open++) {
            double sum = (double)opening_paused - density * (double)pauses[open].start_ns;
            if (open == 0 || sum < least) {
                least = sum;
                least_paused = opening_paused;
                least_start = pauses[open].start_ns;
            }
            opening_paused += pauses[open].end_ns - pauses[open].start_ns;
        }
        double excess = (double)paused - density * (double)pauses[i].end_ns - least;
        if (open && excess > most) {
            most = excess;
            best = (double)(paused - least_paused) / (double)(pauses[i].end_ns - least_start);
        }
    }
    return best;
}

struct mmu mmu_of(const struct mmu_pause *pauses, size_t count, uint64_t window_ns) {
    double density = (double)mmu_most_ns(pauses, count, window_ns) / (double)window_ns;
    double bounded = density, better;
    // Each round takes a segment of the run, so the rounds end.
    while ((better = mmu_better(pauses, count, window_ns, bounded)) > bounded)
        bounded = better;
    return (struct mmu){1 - density, 1 - bounded};
}
