// replay.c - a program from a trace file, on every strategy: what would they make of that one?
//
// The trace is decoded and checked before the heap is made, and its words are resident by then, so
// a step only runs them (trace/apply.c). When it ends, all registers are cleared and it begins
// again, with its set-up, as a program that is started anew in the same process.
//
// No step ends inside a frame or a region that the program has opened: what looks at the heap
// between steps sees the registers of the first frame alone, and a run may end there.

#include "trace/apply.h"

#include <stdio.h>
#include <stdlib.h>

enum { STEP_OPERATIONS, PARAMS };

static const struct setting replay_params[PARAMS] = {
    [STEP_OPERATIONS] = {.name = "step_operations",
                         .doc = "operations of a step, at least; off: up to the trace's next mark",
                         .unit = "operations",
                         .fallback = 1000,
                         .max = 1e9,
                         .whole = 1},
};

struct replay {
    struct trace_run run;
    uint64_t step_operations; // 0: up to the next mark
};

// A broken heap ends the process: what is measured after that means nothing.
static int replay_error(struct replay *s, int error) {
    if (error == EINVAL) {
        fprintf(stderr, "replay: heap broken where the trace asks: not true: %s\n", s->run.broken);
        abort();
    }
    trace_run_break_off(&s->run);
    return error;
}

static int replay_operations(struct replay *s) {
    uint64_t left = s->step_operations;
    int error = 0;
    while (left && !error) {
        if (trace_run_ended(&s->run))
            trace_run_restart(&s->run);
        error = trace_apply(&s->run, &left);
        left += !left && trace_run_is_open(&s->run);
    }
    return error;
}

// What stands between the last mark and the end is a step as well.
static int replay_to_mark(struct replay *s) {
    uint64_t done = 0;
    int error = 0;
    while ((!done || trace_run_is_open(&s->run)) && !error) {
        if (trace_run_ended(&s->run))
            trace_run_restart(&s->run);
        error = trace_apply_step(&s->run, &done);
    }
    return error;
}

static int replay_step(struct mutator *m) {
    struct replay *s = m->state;
    int error = s->step_operations ? replay_operations(s) : replay_to_mark(s);
    return error ? replay_error(s, error) : 0;
}

static size_t replay_registers(const struct mutator *m) {
    return m->trace->registers;
}

static int replay_setup(struct mutator *m) {
    struct replay *s = m->state;
    uint64_t left = m->trace->setup_operations;
    s->step_operations = (uint64_t)m->params[STEP_OPERATIONS];
    int error = trace_run_init(&s->run, m->trace, m);
    while (left && !error) {
        error = trace_apply(&s->run, &left);
        left += !left && trace_run_is_open(&s->run);
    }
    return error ? replay_error(s, error) : 0;
}

static void replay_teardown(struct mutator *m) {
    struct replay *s = m->state;
    trace_run_free(&s->run);
}

WORKLOAD(replay,
         .summary = "a program from a trace file (--input): what would the strategies make of that "
                    "one?",
         .step_is = "operations of the trace, to its end and again from the start",
         .params = replay_params, .param_count = PARAMS, .registers_of = replay_registers,
         .state_bytes = sizeof(struct replay), .steps = 10000, .reads = WORKLOAD_READS_TRACE,
         .setup = replay_setup, .step = replay_step, .teardown = replay_teardown)
