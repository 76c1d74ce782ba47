// arrivals.h - an open loop: steps begin when they are due by a schedule, or at once when they are
// late.
//
// Step i is due at a(i) = a(i-1) + Exp(1 / rate): a Poisson process, drawn from the seed alone. A
// step's response is the time from when it was due to its end, so that a stop counts for every step
// that it held up, and not for the one step that it happened in (coordinated omission). What it
// waited before it began, its lateness, is the work that was left over from the steps before: the
// backlog, as time.
//
// A wait of ARRIVALS_SLEEP_NS or more is slept until ARRIVALS_SPIN_NS before its end: on a busy
// machine of two CPUs a sleeper with a timer slack of 1 ns woke 23 us late in half of the cases,
// and 32 us in nine of ten. The rest is spun, which no clock of CPU time can be asked about without
// being late. What waiting took of the CPU is kept: of a sleep as the thread's clock says, some 18
// us of each; of a spin the time between two looks at the wall clock, unless that is
// ARRIVALS_GAP_NS or more, since then the process was off its CPU.

#ifndef HEAPBENCH_ARRIVALS_H
#define HEAPBENCH_ARRIVALS_H

#include "latency.h"

#include <stdbool.h>

enum { ARRIVALS_SLEEP_NS = 100000, ARRIVALS_SPIN_NS = 50000, ARRIVALS_GAP_NS = 1000 };
enum { ARRIVALS_SAMPLES = 256 };

// The clocks of a schedule, which a test turns by hand. sleep_until may come back early.
struct arrivals_clock {
    uint64_t (*now_ns)(void);
    uint64_t (*cpu_ns)(void); // of the thread
    void (*sleep_until)(uint64_t at_ns);
};

// arrivals_wall - CLOCK_MONOTONIC. Sets the timer slack of the calling thread to 1 ns.
const struct arrivals_clock *arrivals_wall(void);

// Times are ns. late: of steps as they begin.
struct arrivals {
    double rate; // steps per second
    uint64_t steps;
    const struct arrivals_clock *clock;
    uint64_t random;
    double due_ns;                        // since origin_ns; of the step under way, or of the last
    bool drawn;                           // due_ns is that of the next step already
    uint64_t origin_ns, stopped_ns;       // of the clock; when the schedule stood still
    uint64_t start_ns;                    // when the step under way began
    uint64_t begun;                       // steps
    struct latency response;              // of the steps that are over
    double late_sum, late_half[2];        // of all steps, of the third and the last quarter of them
    uint64_t late_max, late_now;          // late_now: of the last that began
    uint64_t idle_half;                   // steps of the last half for which it waited
    uint64_t slept_ns, spun_ns, cpu_ns;   // of waits; cpu_ns: CPU time of both
    uint64_t sample[ARRIVALS_SAMPLES][2]; // due, late of the latest step in each of equal parts
};

// arrivals_open - a schedule of so many steps, which stands still. Touches all of *a.
//   rate   steps per second, above 0
//   clock  must stay
void arrivals_open(struct arrivals *a, double rate, uint64_t seed, uint64_t steps,
                   const struct arrivals_clock *clock);

// arrivals_run - the schedule goes on from where it stood. arrivals_rest - it stands still.
void arrivals_run(struct arrivals *a);
void arrivals_rest(struct arrivals *a);

// arrivals_idle - between two steps: whether the next one is not due yet.
bool arrivals_idle(struct arrivals *a);

// arrivals_begin - wait until the next step is due, if it is not yet; then it begins: start_ns.
// arrivals_end - it is over; the clock says now.
void arrivals_begin(struct arrivals *a);
void arrivals_end(struct arrivals *a, uint64_t now_ns);

// arrivals_saturated - whether the backlog grew over the last half of the schedule: its mean was
// greater in the last quarter than in the third, and no step found nothing left over. Asked when
// all steps are done.
bool arrivals_saturated(const struct arrivals *a);

// arrivals_backlog, arrivals_waited - the fields `backlog` and `waited` of a record. NULL without
// memory.
json_t *arrivals_backlog(const struct arrivals *a);
json_t *arrivals_waited(const struct arrivals *a);

#endif
