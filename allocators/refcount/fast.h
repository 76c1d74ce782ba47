// refcount - pure reference counting: an object dies with the last reference to it.
//
// Idea: every object holds the number of references to it. Memory is reused at once and the heap is
// never searched; each reference that is taken or given up costs a write to the object instead.
// Invariant: an object's count is the number of slots and registers that refer to it, never 0.
// Cost: 8 bytes per object, 24 and the array per list (a list of one: 56 bytes). Instructions, see
//   operations.h and cascade.h: allocation of a node of two slots 14, load and store 14,
//   copy 10, clear 6; death 32 in a cascade, 32 alone. A node of binary_trees takes 156, where
//   arena, whose deaths are free, takes 81; 124 where the program borrows and moves. One replaced
//   by the next (operations) takes 55.
// Cannot free cycles: a dead cycle, and everything reachable from it, stays until heap_free; with
//   memory=malloc in release builds, where only references lead to an object, until the process
//   ends.
// Source: Collins, "A method for overlapping and erasure of lists", CACM 3(12), 1960, p. 655-657;
//   the order of operations is that of Py_SETREF and Py_DECREF in CPython 3.11.
// Check: objects_allocated + rc_increments - rc_decrements is the number of references in
//   existence; on a program without cycles objects_allocated - objects_freed is what is live;
//   cascade_longest bounds the pauses.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"

struct heap {
    struct counted common;
};

#include "parts/counted/operations.h"

#endif
