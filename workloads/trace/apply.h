// apply.h - runs a trace on a heap. Compiled once per strategy, with the operations inlined.

#ifndef HEAPBENCH_TRACE_APPLY_H
#define HEAPBENCH_TRACE_APPLY_H

#include "trace.h"
#include "workload.h"

// A run under way.
//   mutator  its heap; its frame of trace->registers registers; what is observed goes into its hash
//   at       the next operation; after an error the one that failed, which may be tried again
//   serial   of the last atom or node made, with which its payload is filled; most: the highest of rounds before, of which
//            guarded objects may still come back
//   more     registers of the frames that the program has entered, of which there are `frames`
//   broken   what heap_verify said, where the program asks for it, or what is wrong with an object
//            that was handed back; NULL: nothing
struct trace_run {
    const struct trace *trace;
    struct mutator *mutator;
    const uint32_t *at;
    uint64_t serial, most;
    struct heap_reg **more;
    uint32_t more_count, frames;
    bool in_region;
    const char *broken;
};

// trace_run_init - at the start of a trace, which passed trace_check and outlives the run. Returns
// 0 or ENOMEM. trace_run_free accepts a zeroed struct and touches no heap.
int trace_run_init(struct trace_run *run, const struct trace *trace, struct mutator *mutator);
void trace_run_free(struct trace_run *run);

// trace_run_restart - clear all registers and begin again.
// trace_run_break_off - leave the frames, and close the region, that the program has opened; for
// which all registers are cleared.
void trace_run_restart(struct trace_run *run);
void trace_run_break_off(struct trace_run *run);

// trace_run_ended - whether no operation is left. trace_run_is_open - whether a frame or a region
// of the program is.
bool trace_run_ended(const struct trace_run *run);
bool trace_run_is_open(const struct trace_run *run);

// trace_apply - carry out operations until *left of them are done, or the trace ends.
//   *left   is counted down
//   returns 0; ENOMEM when one was refused memory; EINVAL when `broken` says that the heap
//           is. What failed is not counted
// trace_apply_step - the same up to the next mark, which is passed.
//   *done   operations that were carried out
int trace_apply(struct trace_run *run, uint64_t *left);
int trace_apply_step(struct trace_run *run, uint64_t *done);

#endif
