// workload.h - what a workload is: a program of heap operations, cut into steps.
//
// One file is one workload; its last line registers it, and nothing else is edited. For what is
// timed it is compiled once per strategy, with the operations of heap.h inlined. The harness owns
// the heap, enters the frame of registers, calls setup once (not timed), then step again and again
// (timed, one latency each), and compares a checksum of the whole reachable graph and of all that
// was observed across strategies.
//
// A workload decides everything by its parameters and mutator_random, never by an address, a clock
// or a strategy, so that the same seed gives the same program everywhere.

#ifndef HEAPBENCH_WORKLOAD_H
#define HEAPBENCH_WORKLOAD_H

#include "base/input.h"
#include "base/random.h"
#include "heap.h"
#include "scenario/scenario.h"
#include "trace/trace.h"

// The running program.
//   registers  the frame that the harness entered: register_count of them, empty before setup
//   params     values in the order of workload.params
//   state      workload.state_bytes of zeroed memory for what is not heap: sizes, cursors, tables
//   input      the tokens of a workload that reads text; NULL for others
//   trace, scenario  of a workload that reads one; NULL for others
//   waits      steps pass without doing anything: a worker does them
//   idled_ns   time that the program let pass without spending it: the heap's clock is so much
//              ahead
//   idled      the step let time pass, in which nothing was due; the harness clears it
//   observed   a running hash of what the program saw; only mutator_observe changes it
//   answers    sum of what it answered, so many times; only mutator_answer changes it
struct mutator {
    struct heap *heap;
    struct heap_reg *registers;
    size_t register_count;
    const double *params;
    void *state;
    const struct input *input;
    const struct trace *trace;
    const struct scenario *scenario;
    uint64_t random;
    uint64_t observed;
    double answers;
    uint64_t answered;
    uint64_t idled_ns;
    bool idled;
    bool waits;
};

// What a workload reads: --input names it.
enum workload_reads {
    WORKLOAD_READS_NOTHING,
    WORKLOAD_READS_TEXT,
    WORKLOAD_READS_TRACE,
    WORKLOAD_READS_SCENARIO
};

// A stretch of the steps that is measured by itself.
//   releases  it lets go of much at once: what the backing allocator would give back is looked at
//             after it
//   forked    a worker does it, a copy of the process, while the process itself waits:
//             mutator.waits
struct workload_phase {
    const char *name;
    uint64_t steps;
    bool releases, forked;
};

// prepare, setup and step return 0, or ENOMEM, which ends the run as `out of memory`.
//   registers_of  how many registers the frame has, where that depends on what is read, from
//                 params, input and trace; NULL: `registers`
//   phase_of  the i-th phase of the steps, in the order in which they run, from params and what is
//             read; false when there are no more. NULL: all steps are one phase. The set-up always
//             is one
//   prepare   makes what the program needs outside the heap: tables, a made-up text. There is no
//             heap yet, and resident memory is measured from here on; may be NULL
//   setup     builds in the heap what lives from the start; may be NULL
//   step      one unit of work: a request, a ring, a batch of tokens; at least about 1 us, so that
//             stamping it (25 ns) does not show
//   teardown  gives back what prepare and setup took from malloc; may be NULL
struct workload {
    const char *name;
    const char *summary; // one sentence: what it is and which question it answers
    const char *step_is; // the unit of work in words, e.g. "one ring of cycle_size nodes"
    const struct setting *params;
    size_t param_count;
    const struct preset *presets; // ended by a NULL name; NULL: none
    size_t registers;
    size_t (*registers_of)(const struct mutator *m);
    bool (*phase_of)(const struct mutator *m, size_t i, struct workload_phase *out);
    size_t state_bytes;
    // Of a run, unless the user says otherwise; at least 10000, so that p99.9 can be told. 0: as
    // many as its phases have.
    uint64_t steps;
    enum workload_reads reads;
    // It asks something, and what it costs is beside the point: it runs only when it is named.
    // HEAP_TRAITS has the same of a strategy, by the name that --describe gives it: instrument.
    bool asks;
    int (*prepare)(struct mutator *m);
    int (*setup)(struct mutator *m);
    int (*step)(struct mutator *m);
    void (*teardown)(struct mutator *m);
};

// mutator_random - the next 64 random bits.
static inline uint64_t mutator_random(struct mutator *m) {
    return random_next(&m->random);
}

// mutator_draw - a number below n, 1 <= n < 2^32; the bias is below n / 2^32.
static inline uint64_t mutator_draw(struct mutator *m, uint64_t n) {
    return ((mutator_random(m) >> 32) * n) >> 32;
}

// mutator_chance - true with this probability, 0 .. 1.
static inline bool mutator_chance(struct mutator *m, double probability) {
    return (double)(mutator_random(m) >> 11) * 0x1p-53 < probability;
}

// mutator_observe - fold a value that the program saw into the checksum.
static inline void mutator_observe(struct mutator *m, uint64_t value) {
    m->observed = (m->observed ^ value) * 0x100000001B3u + 0x9E3779B97F4A7C15u;
}

// mutator_answer - a number that the program found, of which the record has the mean. In contrast
// to what it observes, strategies may answer differently.
static inline void mutator_answer(struct mutator *m, double answer) {
    m->answers += answer;
    m->answered++;
}

// Registration. Workloads are listed by name, so link order never shows.
struct workload_entry {
    const struct workload *workload;
    struct workload_entry *next;
};
void workload_register(struct workload_entry *entry); // harness/runner/workloads.c

// WORKLOAD - the last line of a workload's file:  WORKLOAD(cycles, .summary = "...", ...)
#define WORKLOAD(identifier, ...)                                                                  \
    static const struct workload workload_##identifier = {.name = #identifier, __VA_ARGS__};       \
    __attribute__((constructor)) static void workload_add_##identifier(void) {                     \
        static struct workload_entry entry = {&workload_##identifier, NULL};                       \
        workload_register(&entry);                                                                 \
    }

#endif
