// fit.h - any operations as a program: each is changed to the nearest one that fits, or left out.
//
// So chance and mutation may write what they like, and what comes out is a trace that every
// strategy can run. The promise of regions is kept by tags: a register is `young` when what it
// holds may have been allocated in the open region, and `fresh` when it surely was. What is loaded
// from a young container is young, but may be old. A young value is stored into fresh containers
// only, and young registers are cleared before the region ends.

#ifndef HEAPBENCH_FIT_H
#define HEAPBENCH_FIT_H

#include "trace/model.h"

// Bounds, since many short programs find more than a few long ones.
enum {
    FIT_REGISTERS = 24,
    FIT_FRAMES = 3,     // of the program's own, at once
    FIT_FRAME_MOST = 4, // registers of one
    FIT_VERIFIES = 1,   // a program may ask more often, but that takes time
    FIT_KEY_BYTES = 64,
    FIT_LARGE_FROM = 1024,       // bytes of an object that takes long
    FIT_LARGE_BYTES = 128 << 10, // of all such objects; what comes after them is small
};

// What a program meets, apart from its operations. All 0: nothing special.
//   tunables  from which each tunable's value is drawn; 0: the fallbacks
//   refused   one strategy in 16 by the hash of its name, of which a request for memory is refused
//   request   which one; 0: none is refused
struct circumstances {
    unsigned tunables, refused, request;
};

// circumstances_of - as the header of a trace says.
struct circumstances circumstances_of(const struct trace *t);

struct fit;

// fit_new - an empty program. fit_free accepts NULL.
struct fit *fit_new(struct circumstances c);
void fit_free(struct fit *f);

// fit_add - add the operation, or what fits best in its place, or nothing. Any operands are good,
// and any number that is in HEAP_OPERATIONS.
void fit_add(struct fit *f, const struct trace_op *op);

// fit_count - operations so far.
size_t fit_count(const struct fit *f);

// fit_finish - close what is open and give the trace's bytes, to be freed. There is at least one
// operation.
unsigned char *fit_finish(struct fit *f, size_t *bytes);

#endif
