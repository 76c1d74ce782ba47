// refcount_atomic - refcount with atomic counts: the price that many threads put on each reference.
//
// Idea: all is as in refcount, only that a count is raised and lowered atomically, so that objects
//   could be shared between threads.
// Order of memory:
//   * To raise a count needs no order. A thread that takes a reference already has another one, so
//     the object cannot die meanwhile; to hand the new one to another thread takes an order of its
//     own.
//   * To lower it releases: what a thread did to the object comes before its reference is gone.
//   * The thread that lowers it to 0 acquires, by a fence, what all others released, before the
//     object is taken apart. The others need no fence, which is why it is not acq_rel.
//   On x86-64 each is one locked instruction, whatever the order, and the fence is no instruction.
// One thread runs it. So it shows the price when no other thread wants the same cache line, the
//   least there can be; contention comes on top. Nothing else is made for threads: the pool, the
//   intern table and the counters of work are plain, as if each thread had its own.
// Invariant: as in refcount.
// Cost: 8 bytes per object, 24 and the array per list. Within 5 % the instructions of refcount (a
//   node of binary_trees 162 and 156; allocation 14, load and store 14, copy 10, clear 6, death
//   some 37 in a cascade and 32 alone), but two of them locked where a reference is taken and given
//   up: a copy of a register that does both, hot, 3.4 instead of 0.79 ns (n=5). CPU per step
//   against refcount, both counting, when a death took 8 instructions more in both, interleaved
//   (n=9, median, lowest and highest, other jobs running): binary_trees 1.23 [1.12-1.55], cycles
//   without cycles 1.18 [1.08-1.23], mutable_list 1.31 [1.27-1.45], interning 1.16 [1.09-1.44],
//   with intern=off 1.17 [0.97-1.57].
// Cannot free cycles; see refcount.
// Source: the order is that of Boost.Atomic's documentation for reference counting ("Usage
//   examples") and of Arc in Rust's standard library. It is this price that CPython's free
//   threading avoids (PEP 703) by biased counts, plain for the thread that made the object: Choi,
//   Shull, Torrellas, "Biased reference counting: minimizing atomic operations in garbage
//   collection", PACT 2018.
// Check: every counter is that of refcount for the same program.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"

struct heap {
    struct counted common;
};

#define counted_up atomic_up
#define counted_down atomic_down
#define counted_count atomic_count
#define counted_set_count atomic_set_count

FAST void atomic_up(struct heap *h, struct heap_object *o) {
    (void)h;
    (void)__atomic_fetch_add(&o->count, 1, __ATOMIC_RELAXED);
}

FAST bool atomic_down(struct heap *h, struct heap_object *o) {
    (void)h;
    if (__atomic_fetch_sub(&o->count, 1, __ATOMIC_RELEASE) != 1)
        return false;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return true;
}

FAST uint32_t atomic_count(const struct heap_object *o) {
    return __atomic_load_n(&o->count, __ATOMIC_RELAXED);
}

FAST void atomic_set_count(struct heap_object *o, uint32_t count) {
    __atomic_store_n(&o->count, count, __ATOMIC_RELAXED);
}

#include "parts/counted/operations.h"

#endif
