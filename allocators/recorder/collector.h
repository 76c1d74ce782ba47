// collector.h - what the recorder writes of births, of what the program asks of its collector, and
// at the end.

#ifndef HEAPBENCH_RECORDER_COLLECTOR_H
#define HEAPBENCH_RECORDER_COLLECTOR_H

#include "heap.h"

// recorder_write_types - which free list a type's objects wait in. recorder_write_birth - of o,
// which has its slot.
// recorder_write_garbage - what no register leads to, with its references.
void recorder_write_types(struct heap *h);
void recorder_write_birth(struct heap *h, const struct heap_object *o);
void recorder_write_garbage(struct heap *h);

#endif
