// oracle - says of every object when it died: the instrument against which strategies are measured.
//
// Idea: Merlin (Hertz, Blackburn, Moss, McKinley, Stefanovic, "Generating object lifetime traces
//   with Merlin", TOPLAS 28(3), 2006, p. 476-516). An object is reachable as long as something
//   reachable refers to it, so it dies when the last such reference is lost. Each object that loses
//   a reference is stamped with the clock. Of an object that is found dead, however much later, the
//   time of death is the latest stamp of all objects, itself included, from which it can be
//   reached: one pass over the dead, the latest stamp first, in which each is visited once. Counts
//   are kept besides, so that what is acyclic is known to die, and told, at once, as in refcount;
//   what cyclic garbage leaves is found by a collection.
// Invariant: a stamp is no later than the object's death; and of what is dead and held, the latest
//   stamp that reaches an object is when that died. (The program drops no reference that is in a
//   dead object.)
// The clock is the listener's (heap.h); without one every stamp is 0, and this is a strategy like
//   others, which passes their tests.
// Cost: 16 bytes in front of each object and 16 in arrays for a container; a store for each
//   reference that is given up; a collection whenever containers have doubled. Not to be compared
//   with a strategy: hence the trait `instrument`.
// Check: what the fuzzer and the contract's tests check of every strategy; deaths against a walk
//   over all that is reachable after each operation (tests/contract/deaths_test.c).

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"

struct heap {
    struct counted common;
    const uint64_t *clock; // what stamps are read from
    struct heap_object **tracked,
        **worked; // containers, from index 1 on; as much room for those that wait
    uint32_t tracked_count, tracked_room; // and index 0
    uint32_t limit; // containers at which there is something to do before the next
    uint32_t due;   // at which a collection is due, see heap_enable
    bool enabled;
    bool burying; // garbage is freed: it died when its stamp says
    uint64_t no_clock;
};

// In front of an object's header.
struct oracle_front {
    uint64_t stamp;
    uint32_t index; // of a container in tracked
    uint32_t visited;
};

#define COUNTED_PREFIX sizeof(struct oracle_front)
#define COUNTED_ATOM_PREFIX COUNTED_PREFIX
#define counted_down oracle_down
#define counted_set_count oracle_set_count
#define counted_ready oracle_ready
#define counted_admit oracle_admit
#define counted_track oracle_track
#define counted_untrack oracle_untrack
#define counted_moved oracle_stamp
#define counted_died_at oracle_died_at
#define counted_open oracle_open
#define counted_drain oracle_drain
#define counted_close oracle_close
#define counted_check oracle_check
#define counted_enumerate oracle_enumerate
#define counted_enumerates oracle_enumerates
#define counted_enumerates_all oracle_enumerates_all

int oracle_open(struct heap *h, const struct heap_config *config);
void oracle_drain(struct heap *h);
void oracle_close(struct heap *h);
const char *oracle_check(struct heap *h);
void oracle_enumerate(struct heap *h, counted_visit *visit, void *audit);
bool oracle_enumerates(struct heap *h, const struct heap_object *o);
bool oracle_enumerates_all(struct heap *h);

enum { ORACLE_FIRST_DUE = 4096 }; // containers

// oracle_set_limit - after a change of what it is made of.
// heap_admit_slow - make room for one more container, collect if that is due. Returns 0 or ENOMEM.
void oracle_set_limit(struct heap *h);
int heap_admit_slow(struct heap *h);

// oracle_front - of any object but a small int.
FAST struct oracle_front *oracle_front(const struct heap_object *o) {
    return (struct oracle_front *)(uintptr_t)o - 1;
}

// oracle_stamp - it may have died now. Small ints live for ever.
FAST void oracle_stamp(struct heap *h, struct heap_object *o) {
    if (o->count < COUNTED_FOREVER && !h->burying)
        oracle_front(o)->stamp = *h->clock;
}

FAST bool oracle_down(struct heap *h, struct heap_object *o) {
    if (--o->count == 0)
        return true;
    oracle_stamp(h, o);
    return false;
}

// Of an atom that is born. One that never lost a reference dies with what refers to it.
FAST void oracle_set_count(struct heap_object *o, uint32_t count) {
    o->count = count;
    oracle_front(o)->stamp = 0;
}

FAST bool oracle_ready(struct heap *h, enum heap_kind kind) {
    return kind == HEAP_ATOM || h->tracked_count < h->limit;
}

FAST int oracle_admit(struct heap *h, enum heap_kind kind) {
    return kind == HEAP_ATOM ? 0 : heap_admit_slow(h);
}

FAST void oracle_place(struct heap *h, struct heap_object *o, uint32_t index) {
    h->tracked[index] = o;
    oracle_front(o)->index = index;
}

FAST void oracle_track(struct heap *h, struct heap_object *o) {
    *oracle_front(o) = (struct oracle_front){.stamp = *h->clock};
    oracle_place(h, o, h->tracked_count++);
}

FAST void oracle_untrack(struct heap *h, struct heap_object *o) {
    oracle_place(h, h->tracked[--h->tracked_count], oracle_front(o)->index);
}

// oracle_died_at - what is not found by a collection dies as it is released.
FAST uint64_t oracle_died_at(const struct heap *h, const struct heap_object *o) {
    return h->burying ? oracle_front(o)->stamp : HEAP_UNKNOWN;
}

#include "parts/counted/operations.h"

#endif
