// refcount_biased - counts that are plain for the thread that made the object, and atomic for all others.
//
// Idea: most objects are used by one thread alone. So each knows its owner and has two counts: references that the
//   owner took, which no other thread writes, and those of all others, which is atomic. Who takes or gives up a
//   reference asks first whether the object is its own.
// Merging: when the owner's count comes to 0, the object dies at once if nobody else ever took a reference; else its
//   owner gives it up, and from then on the atomic count is all there is. Whoever brings that to 0 frees it.
// Invariant: an object's references are the sum of both counts, never 0; one without an owner has a plain
//   count of 0.
// One thread runs it, as refcount_atomic. `shared` says how many per cent of containers are as if the thread that made
//   them had gone: without an owner from the start, all their references are counted atomically. 0 is what bias
//   saves at best, 100 what it costs at worst. With one thread no other takes references to what it owns: so the
//   queue is missing by which others return what the owner has counted, and to merge at a death is asked and never done.
// Cost: 16 bytes per object, 8 more than refcount: owner and atomic count in front of the header. Beside refcount a
//   comparison where a reference is taken and where one is given up, a store at birth, a load at a death: a node of
//   binary_trees takes 184 instructions, of refcount 156, and 1.13 times the time on a Zen 4.
// Cannot free cycles; see refcount.
// Source: Choi, Shull, Torrellas, "Biased reference counting: minimizing atomic operations in garbage collection",
//   PACT 2018; layout and order of memory as in free-threaded CPython 3.13 (PEP 703: ob_tid, ob_ref_local,
//   ob_ref_shared; Objects/object.c, _Py_MergeZeroLocalRefcount).
// Check: every counter is that of refcount for the same program.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include <stdint.h>

// In front of an object's header. The first word is not 0, so that a cell which begins with it is told from a wide one;
// see counted_wide_word.
struct biased_front {
    uint32_t owner;
    uint32_t shared; // BIASED_ONE for each reference, and BIASED_MERGED
};

#define SMALL_INT_FRONT struct biased_front front;
#include "parts/counted/layout.h"

enum { BIASED_FIRST_THREAD = 1, BIASED_MERGED = 1, BIASED_ONE = 4 };
#define BIASED_NOBODY UINT32_MAX

struct heap {
    uint32_t thread; // whose handle this is
    uint32_t shared; // per cent of containers that have no owner; see the tunable
    uint32_t turn;   // of the next container, in per cent: at 100 it has none
    struct counted common;
};

#define COUNTED_PREFIX sizeof(struct biased_front)
#define COUNTED_ATOM_PREFIX COUNTED_PREFIX
#define counted_up biased_up
#define counted_down biased_down
#define counted_count biased_count
#define counted_set_count biased_set_count
#define counted_track biased_track
#define counted_open biased_open
#define counted_check biased_check
#define counted_enumerate biased_enumerate

int biased_open(struct heap *h, const struct heap_config *config);
const char *biased_check(struct heap *h);
void biased_enumerate(struct heap *h, counted_visit *visit, void *audit);

FAST struct biased_front *biased_front(const struct heap_object *o) {
    return (struct biased_front *)(uintptr_t)o - 1;
}

FAST void biased_up(struct heap *h, struct heap_object *o) {
    if (__builtin_expect(biased_front(o)->owner == h->thread, 1))
        o->count++;
    else
        (void)__atomic_fetch_add(&biased_front(o)->shared, BIASED_ONE, __ATOMIC_RELAXED);
}

// biased_merge - the owner has no more references. Returns whether nobody has one; else the object has no owner now.
FAST bool biased_merge(struct biased_front *front) {
    if (__builtin_expect(!__atomic_load_n(&front->shared, __ATOMIC_ACQUIRE), 1))
        return true;
    front->owner = BIASED_NOBODY;
    return __atomic_fetch_or(&front->shared, BIASED_MERGED, __ATOMIC_ACQ_REL) < BIASED_ONE;
}

FAST bool biased_down(struct heap *h, struct heap_object *o) {
    struct biased_front *front = biased_front(o);
    if (__builtin_expect(front->owner == h->thread, 1))
        return --o->count == 0 && biased_merge(front);
    uint32_t before = __atomic_fetch_sub(&front->shared, BIASED_ONE, __ATOMIC_RELEASE);
    if (before != (BIASED_ONE | BIASED_MERGED))
        return false;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return true;
}

FAST uint32_t biased_count(const struct heap_object *o) {
    return o->count + __atomic_load_n(&biased_front(o)->shared, __ATOMIC_RELAXED) / BIASED_ONE;
}

// Nothing else can reach the object, so it belongs to who does this.
FAST void biased_set_count(struct heap_object *o, uint32_t count) {
    *biased_front(o) = (struct biased_front){.owner = BIASED_FIRST_THREAD};
    o->count = count;
}

// A container is complete, and some are to have no owner: perhaps this one. No call, since what the compiler knows
// about the object would end with it: it would load the shape again for the place of the payload, and what the program
// loads next would wait until that store is known, 1.27 times the time of binary_trees on a Zen 4.
FAST void biased_track(struct heap *h, struct heap_object *o) {
    if (__builtin_expect(h->shared == 0, 1))
        return;
    h->turn += h->shared;
    if (h->turn < 100)
        return;
    h->turn -= 100;
    *biased_front(o) = (struct biased_front){BIASED_NOBODY, o->count * BIASED_ONE | BIASED_MERGED};
    o->count = 0;
}

#include "parts/counted/operations.h"

#endif
