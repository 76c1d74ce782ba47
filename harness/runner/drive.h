// drive.h - the closed loop: a set-up, then step after step, each begun when the one before is
// over.
//
// The tunables that the harness carries out for every strategy (heap.h) are carried out here.

#ifndef HEAPBENCH_DRIVE_H
#define HEAPBENCH_DRIVE_H

#include "invocation.h"

// drive_tunable - its value, 0 where the strategy does not declare it.
static inline double drive_tunable(const struct invocation_plan *plan, const char *name) {
    const struct setting *s =
        setting_find(heap_strategy.tunables, heap_strategy.tunable_count, name);
    return s ? plan->tunables[s - heap_strategy.tunables] : 0;
}

// When a collection by hand comes, in the order of the choices of collect_when.
enum { DRIVE_STEP, DRIVE_IDLE, DRIVE_END };

// drive_collect_every - after how many steps each collection by hand comes; 0: after none.
// drive_collect_idle - after how many of them one comes as soon as no step is due; 0: none does.
static inline uint64_t drive_collect_every(const struct invocation_plan *plan) {
    int when = (int)drive_tunable(plan, "collect_when");
    return when == DRIVE_END    ? plan->steps
           : when == DRIVE_STEP ? (uint64_t)drive_tunable(plan, "collect_every")
                                : 0;
}

static inline uint64_t drive_collect_idle(const struct invocation_plan *plan) {
    bool idle = (int)drive_tunable(plan, "collect_when") == DRIVE_IDLE;
    return idle ? (uint64_t)drive_tunable(plan, "collect_every") : 0;
}

// drive_prepare - give the mutator, which has a state and no heap yet, all that the plan says, and
// what the program needs outside the heap. Returns 0 or ENOMEM.
static inline int drive_prepare(struct mutator *m, const struct invocation_plan *plan) {
    m->params = plan->params;
    m->input = plan->input;
    m->trace = plan->trace;
    m->scenario = plan->scenario;
    m->random = plan->seed;
    return plan->workload->prepare ? plan->workload->prepare(m) : 0;
}

// drive_enter - the frame of a mutator that has a heap. Returns 0 or ENOMEM.
static inline int drive_enter(struct mutator *m, const struct invocation_plan *plan) {
    const struct workload *w = plan->workload;
    m->register_count = w->registers_of ? w->registers_of(m) : w->registers;
    m->registers = heap_enter(m->heap, m->register_count);
    return m->registers ? 0 : ENOMEM;
}

// drive_setup - what lives from the start. Returns 0 or ENOMEM.
static inline int drive_setup(struct mutator *m, const struct invocation_plan *plan) {
    int error = plan->workload->setup ? plan->workload->setup(m) : 0;
    if (!error && drive_tunable(plan, "freeze_after_setup") != 0)
        heap_freeze(m->heap);
    return error;
}

// drive_steps - this many steps, inlined into what times them.
//   done     steps that were done before
//   after    called after each step that did not fail
//   returns  0, or the error of the step that failed
FAST int drive_steps(struct mutator *m, const struct invocation_plan *plan, uint64_t done,
                     uint64_t steps, void (*after)(void *), void *context) {
    int (*const step)(struct mutator *) = plan->workload->step;
    const uint64_t collect_every = drive_collect_every(plan);
    uint64_t until_collect = collect_every ? collect_every - done % collect_every : UINT64_MAX;
    for (; steps; steps--) {
        int error = step(m);
        if (__builtin_expect(error, 0))
            return error;
        if (__builtin_expect(--until_collect == 0, 0)) {
            heap_collect(m->heap, HEAP_GENERATIONS - 1);
            until_collect = collect_every;
        }
        after(context);
    }
    return 0;
}

#endif
