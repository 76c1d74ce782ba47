// counted_prompt.h - what is counted, and what a count of 0 means: slots alone, and a place in the
// zero-count table.
//
// Replaces parts/counted_prompt.h. What needs struct heap is defined in fast.h.

#ifndef HEAPBENCH_COUNTED_PROMPT_H
#define HEAPBENCH_COUNTED_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { COUNTED_REGISTERS = 0, COUNTED_PROMPT = 0 };

FAST void counted_zero(struct heap *h, struct heap_object *o);
FAST bool counted_relieve(struct heap *h);
FAST void counted_charge(struct heap *h, size_t bytes);

#endif
