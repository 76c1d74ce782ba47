// model.h - the machine without a heap: what registers and containers hold as a program goes on.
//
// It decides what a program may do next: which registers hold a container, how long it is, whether
// what was made in a region is still reachable at its end. Payloads and identities are left out. An
// object goes when its last reference does; one in a garbage cycle stays to the end.

#ifndef HEAPBENCH_TRACE_MODEL_H
#define HEAPBENCH_TRACE_MODEL_H

#include "trace.h"

struct trace_model;

// trace_model_new - all registers empty. Without memory it ends the program, as trace_model_do does.
struct trace_model *trace_model_new(uint32_t registers);
void trace_model_free(struct trace_model *m);

// trace_model_do - carry out an operation.
//   returns  NULL; or why it may not be done now, in words that go on after "operation 12, load: ";
//            then nothing has changed
const char *trace_model_do(struct trace_model *m, const struct trace_op *op);

// trace_model_ends - NULL, or why a program may not end here.
const char *trace_model_ends(const struct trace_model *m);

// What is there now.
//   registers  in all frames      frame  in the last one that was entered, 0: none was
//   kind       of what the register holds, -1: it is empty      length  its references
//   is_fixed   whether it holds a tuple or a dict, into which nothing is stored
//   is_dict    whether it holds a dict
uint32_t trace_model_registers(const struct trace_model *m);
uint32_t trace_model_frame(const struct trace_model *m);
int trace_model_kind(const struct trace_model *m, uint32_t r);
uint32_t trace_model_length(const struct trace_model *m, uint32_t r);
bool trace_model_is_fixed(const struct trace_model *m, uint32_t r);
bool trace_model_is_dict(const struct trace_model *m, uint32_t r);
bool trace_model_in_region(const struct trace_model *m);
bool trace_model_long_lived(const struct trace_model *m);

#endif
