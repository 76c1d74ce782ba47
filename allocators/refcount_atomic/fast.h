// refcount_atomic - refcount with atomic counts: the price that many threads put on each reference.
//
// Idea: all is as in refcount, only that a count is raised and lowered atomically, so that objects
//   could be shared between threads. Their order of memory is explained in counted_object.h.
// One thread runs it. So it shows the price when no other thread wants the same cache line, the
//   least there can be; contention comes on top. Nothing else is made for threads: the pool, the
//   intern table and the counters of work are plain, as if each thread had its own.
// Invariant: as in refcount.
// Cost: 8 bytes per object, 24 and the array per list. Within 5 % the instructions of refcount (a
//   node of binary_trees 187 and 181; allocation 16, load and store 15, copy 11, clear 7, death 58
//   in a cascade and 50 alone), but two of them locked where a reference is taken and given up: a
//   copy of a register that does both, hot, 3.9 instead of 0.9 ns (n=3). CPU per step against
//   refcount, in one interleaved run (n=9, median, lowest and highest, other jobs on the machine):
//   binary_trees 1.23 [1.12-1.55], cycles without cycles 1.18 [1.08-1.23], mutable_list 1.31
//   [1.27-1.45], interning 1.16 [1.09-1.44], with intern=off 1.17 [0.97-1.57].
// Cannot free cycles; see refcount.
// Source: see counted_object.h. It is this price that CPython's free threading avoids (PEP 703) by
//   biased counts, plain for the thread that made the object: Choi, Shull, Torrellas, "Biased
//   reference counting: minimizing atomic operations in garbage collection", PACT 2018.
// Check: every counter is that of refcount for the same program.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "counted_object.h"
#include "parts/intern.h"
#include "parts/pool.h"
#include "parts/roots.h"

struct heap {
    struct heap_counters counters;
    uint64_t rc_exchanges;
    struct roots roots;
    struct counted_int *small_ints;
    struct intern_table interned;
    struct memory memory;
    struct heap_listener listener;
    bool pausing; // never, here
    struct pool pool;
};

enum { COUNTED_PREFIX = 0 };

#include "parts/counted.h"

#include "parts/no_admission.h"
#include "parts/no_tracking.h"

#endif
