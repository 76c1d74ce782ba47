// partition.h - trial deletion in an array, which is cut into survivors and garbage.
//
//   1. Every reference from an object of the array to another one is counted in its target's
//      `internal`.
//   2. The objects are looked at in the order of the array. One with a count above `internal` is
//      referenced from outside: it survives, and so does what it refers to. A survivor's target
//      that is yet to be looked at gets `internal` 0, which makes it survive then; one that has
//      already been passed over survives now. A survivor exchanges places with the first object
//      that was passed over, so the array is cut in four:
//          start .. scanned   survivors whose references have been followed
//          .. reached         survivors whose references are followed next
//          .. next            passed over: garbage, unless a survivor refers to it
//          .. end             not looked at yet
//      and to tell where an object stands is to compare its index. While nothing is garbage nothing
//      changes places, and memory is read in the order of the array.
//   3. What was passed over is garbage, to which only garbage refers. Guarded objects among it are
//      handed back: they survive after all, and so does what they refer to, in the same way.
//   4. The garbage's references to the outside are given up, then it is freed.
// Step 1 is the strategy's.
//
// Breadth first, all survivors in front as soon as they are found, was tried: 1e5 rings of 10 in a
// list are then read in ten strides (longest pause 33 ms instead of 14, n=2).

#ifndef HEAPBENCH_PARTITION_H
#define HEAPBENCH_PARTITION_H

#include "place.h"
#include "trial.h"

// `internal` counts in steps of 2; the lowest bit tells objects that the strategy counts among
// survivors, in `promoted`.
enum { INTERNAL_PROMOTED = 1, INTERNAL_ONE = 2 };

// From this many objects on, which do not fit the L2 cache, the passes prefetch: FAR_AHEAD objects
// ahead the object, AHEAD ahead what it refers to. Shuffled, a full collection of 1e6 takes 26 to 35 ns
// per object with it and 41 to 54 without (n=3). Where memory is read in order it would cost instructions
// alone: 184 per object of a chain or tree, 98 without; see partition_is_scattered.
enum { PREFETCH_FROM = 32768, AHEAD = 8, FAR_AHEAD = 16 };

struct collection {
    struct heap *h;
    struct heap_object **all;
    uint32_t start, scanned, reached, next, end; // see above
    uint64_t edges, promoted;
};

FAST void partition_place(const struct collection *c, struct heap_object *o, uint32_t index) {
    c->all[index] = o;
    counted_place(o)->index = index;
}

// ------------------------------------------------------------------------------------- prefetching
FAST void prefetch_object(const struct collection *c, uint32_t i) {
    if (i < c->end)
        __builtin_prefetch(c->all[i], 1);
}

FAST void prefetch_references(const struct collection *c, uint32_t i) {
    if (i < c->end)
        trial_prefetch_references(c->all[i]);
}

// What the processor fetches ahead by itself: strides below a page, in whichever direction.
enum { SAMPLES = 64, SAMPLES_ASTRAY = 4, STRIDE_BYTES = 4096 };

FAST bool partition_is_near(const struct heap_object *a, const struct heap_object *b) {
    return (uintptr_t)a - (uintptr_t)b + STRIDE_BYTES < 2 * STRIDE_BYTES;
}

FAST bool partition_is_in_order(const struct heap_object *a, const struct heap_object *b) {
    size_t length = counted_length(a), other = counted_length(b);
    bool near = partition_is_near(a, b);
    for (size_t j = 0; near && j < length && j < other && j < 2; j++) {
        const struct heap_object *from_a = counted_slots(a)[j], *from_b = counted_slots(b)[j];
        near = !from_a || !from_b || partition_is_near(from_a, from_b);
    }
    return near;
}

// partition_is_scattered - whether passes over all[start..end] are to prefetch: there are many objects, and in more than
// a few of the pairs that are looked at neighbours in the array are none in memory, or refer to what are none.
static __attribute__((noinline)) bool partition_is_scattered(struct heap_object *const *all,
                                                             uint32_t start, uint32_t end) {
    uint32_t step = (end - start) / SAMPLES, astray = 0;
    if (end - start < PREFETCH_FROM)
        return false;
    for (uint32_t i = start; i + 1 < end; i += step)
        astray += !partition_is_in_order(all[i], all[i + 1]);
    return astray >= SAMPLES_ASTRAY;
}

// ------------------------------------------------------------------------------------------ passes
// Each is inlined where the collection is a local whose address nobody has: what a pass writes into objects could else be
// the collection's own, which would be loaded again each time.

// The object changes places with the first that was passed over, unless it is that one.
FAST void survive(struct collection *c, struct heap_object *o) {
    uint32_t place = c->reached++, index = counted_place(o)->index;
    if (place == index)
        return;
    struct heap_object *other = c->all[place];
    partition_place(c, other, index);
    partition_place(c, o, place);
}

FAST void follow_references(struct collection *c, struct heap_object *o, bool prefetch) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    c->promoted += counted_place(o)->internal & INTERNAL_PROMOTED;
    counted_place(o)->internal = 0;
    for (size_t j = 0; j < length; j++) {
        if (prefetch)
            trial_prefetch_slot(slots, length, j);
        if (!slots[j] || counted_is_atom(slots[j]))
            continue;
        union counted_place *target = counted_place(slots[j]);
        if (target->index >= c->next)
            target->internal &= INTERNAL_PROMOTED;
        else if (target->index >= c->reached)
            survive(c, slots[j]);
    }
}

FAST void reach_survivors(struct collection *c, bool prefetch) {
    for (c->next = c->start; c->next < c->end;) {
        if (prefetch) {
            prefetch_object(c, c->next + FAR_AHEAD);
            prefetch_references(c, c->next + AHEAD);
        }
        struct heap_object *o = c->all[c->next++];
        if (counted_place(o)->internal / INTERNAL_ONE == o->count)
            continue;
        survive(c, o);
        while (c->scanned < c->reached)
            follow_references(c, c->all[c->scanned++], prefetch);
    }
}

// Garbage that is guarded, and all that it refers to, survives (CPython 3.11, finalize_garbage and
// handle_resurrected_garbage). All of it is found before anything changes places.
static __attribute__((noinline, cold)) void hand_back(struct collection *c) {
    struct heap *h = c->h;
    size_t waiting = h->common.guards.end;
    for (uint32_t i = c->reached; i < c->end; i++) {
        if (!counted_is_guarded(c->all[i]))
            continue;
        counted_raise(h, c->all[i]);
        counted_unguard(h, c->all[i]);
    }
    for (; waiting < h->common.guards.end; waiting++) {
        struct heap_object *o = h->common.guards.entries[waiting];
        if (counted_place(o)->index >= c->reached)
            survive(c, o);
        while (c->scanned < c->reached)
            follow_references(c, c->all[c->scanned++], false);
    }
}

// ----------------------------------------------------------------------------------------- garbage
FAST bool is_garbage(const struct collection *c, const struct heap_object *o) {
    return counted_place(o)->index >= c->reached;
}

// Nothing is allocated meanwhile, and the strategy leaves this end of the array alone. Returns how
// many atoms died with it.
FAST size_t free_garbage(struct collection *c) {
    struct heap *h = c->h;
    size_t atoms = 0;
    for (uint32_t i = c->reached; i < c->end; i++) {
        prefetch_object(c, i + FAR_AHEAD);
        atoms += trial_release_outside(h, c, c->all[i], is_garbage);
    }
    for (uint32_t i = c->reached; i < c->end; i++) {
        prefetch_object(c, i + FAR_AHEAD);
        size_t bytes = counted_free(h, c->all[i]);
        HEAP_COUNT(h->common.counters.bytes_freed += bytes);
    }
    HEAP_COUNT(h->common.counters.objects_freed += c->end - c->reached);
    return atoms;
}

#endif
