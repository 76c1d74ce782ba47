// collect.h - copying what is alive, and when that is due.

#ifndef HEAPBENCH_SEMISPACE_COLLECT_H
#define HEAPBENCH_SEMISPACE_COLLECT_H

#include "heap.h"

// collect - a full collection, announced. Never fails.
//   also     a reference beside the registers, brought up to date like them; NULL: none
//   returns  the objects found to be garbage
size_t collect(struct heap *h, struct heap_object **also);

// collect_is_due - whether items of so many bytes more should not be had without a collection.
bool collect_is_due(struct heap *h, size_t bytes);

// collect_trim_all - give back all free memory that the next collection could do without.
void collect_trim_all(struct heap *h);

// collect_set_end - set the heap's `end`: after what it depends on has changed, which is the newest
// chunk, the number of chunks, the threshold, the bytes of large items, and whether collections are
// enabled.
void collect_set_end(struct heap *h);

#endif
