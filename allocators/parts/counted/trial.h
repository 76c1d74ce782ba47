// trial.h - trial deletion, as collectors of cycles do it: the steps that do not depend on
// how a strategy keeps the set of containers that it looks at.
//
// References from within the set are counted in their targets. An object with more references than
// that is referenced from outside the set, so it and everything reachable from it survive. How
// survivors are marked is up to the strategy, which keeps the set. The rest is garbage, to which
// only garbage refers: its references to the outside are given up, then it is freed.
//
// Source: CPython, InternalDocs/garbage_collector.md, "Identifying reference cycles". It copies all
// counts and subtracts from the copies, where to count up from 0 saves a pass.

#ifndef HEAPBENCH_TRIAL_H
#define HEAPBENCH_TRIAL_H

#include "heap.h"

struct collection; // of the strategy

// trial_test - whether a container is one of those that a pass is about.
// trial_add - one more reference from inside to a container of the set.
typedef bool trial_test(const struct collection *c, const struct heap_object *container);
typedef void trial_add(struct heap_object *container);

// Ahead of a slot, slots whose targets are prefetched.
enum { TRIAL_AHEAD = 8 };

FAST void trial_prefetch_slot(struct heap_object **slots, size_t length, size_t i) {
    if (i + TRIAL_AHEAD < length)
        __builtin_prefetch(slots[i + TRIAL_AHEAD], 1);
}

// trial_prefetch_references - the targets of the first slots; of a list, which is longer as a rule,
// the array.
FAST void trial_prefetch_references(const struct heap_object *o) {
    if (counted_is_list(o)) {
        __builtin_prefetch(counted_list(o)->items);
        return;
    }
    size_t slots = counted_node_length(o);
    for (size_t j = 0; j < slots && j < TRIAL_AHEAD; j++)
        __builtin_prefetch(counted_node_slots(o)[j], 1);
}

// trial_count_references - count o's references to containers of the set.
//   edges  raised by its references that are not empty
FAST void trial_count_references(const struct collection *c, const struct heap_object *o,
                                 trial_test *inside, trial_add *add, uint64_t *edges,
                                 bool prefetch) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    for (size_t j = 0; j < length; j++) {
        if (prefetch)
            trial_prefetch_slot(slots, length, j);
        if (!slots[j])
            continue;
        ++*edges;
        if (!counted_is_atom(slots[j]) && inside(c, slots[j]))
            add(slots[j]);
    }
}

// trial_release_outside - lower the counts of all that o, which is garbage, refers to. Garbage
// keeps its own counts; nobody reads them. Returns how many atoms died by it.
FAST size_t trial_release_outside(struct heap *h, const struct collection *c,
                                  const struct heap_object *o, trial_test *garbage) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o), atoms = 0;
    for (size_t j = 0; j < length; j++) {
        struct heap_object *child = slots[j];
        if (!child)
            continue;
        if (counted_is_atom(child) || !garbage(c, child)) {
            atoms += counted_is_atom(child) && counted_count(child) == 1;
            counted_lower(h, child);
        } else {
            HEAP_COUNT(h->common.counters.rc_decrements++);
        }
    }
    return atoms;
}

#endif
