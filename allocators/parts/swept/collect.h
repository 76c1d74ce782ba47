// collect.h - when to collect, and what an allocation does that the bump pointer does not serve.

#ifndef HEAPBENCH_SWEPT_COLLECT_H
#define HEAPBENCH_SWEPT_COLLECT_H

#include "heap.h"

// swept_open - plain_open. Returns 0 or ENOMEM.
//   all_single  memory=malloc      entries  most of the mark stack
int swept_open(struct heap *h, const struct heap_config *config, bool all_single, size_t entries);

// collect - a collection of a generation and all that are younger, announced. Returns the objects found to be
// garbage.
size_t collect(struct heap *h, int generation);

// collect_sweep_singles - free the dead singles that lazy sweeping has not come to, announced.
void collect_sweep_singles(struct heap *h);

// collect_alloc - raw memory for an object or array of this size; *flags becomes what its header
// must have.
//   may_collect  whether this is a safepoint
//   returns      NULL when there is no memory, not even after a collection
struct heap_object *collect_alloc(struct heap *h, size_t bytes, bool may_collect, uint8_t *flags);

// collect_give_back - this memory, from collect_alloc, is free before a collection finds it so.
void collect_give_back(struct heap *h, struct heap_object *o);

#endif
