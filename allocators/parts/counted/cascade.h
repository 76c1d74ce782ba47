// cascade.h - the release of one object and of everything that dies with it, to be inlined where a
// release begins: in release.c, and in strategies whose objects wait to be freed.
//
// A release frees any number of objects with a bounded C stack and without asking for memory. The
// count of every object that a dying container refers to is lowered, slot by slot; those that die
// by it are put on a stack, then the container is freed, and the top of the stack is next. So each
// object is touched once, when it dies.
//
// The stack is a small array. A container that has many references, or finds the stack full, stays
// for now, as a frame of a second stack, whose links lie in the dying objects themselves. It
// gathers the d of its children that die in its first slots, and the last of them is next:
//     slots 0 .. d-2  children still to be freed
//     slot d-1        the frame below
//     the count       d-1 (it is 0 by now)
// With d of 0 or 1 nothing is left to remember, so there is no frame. Atoms are freed and not
// gathered. Frames have their turn when the array is empty.
//
// Cost: a node of two slots of which one object dies (an average node of a binary tree) 32
// instructions: 11 for its memory, 2 for the announcement, and the rest for the slots, the
// stack and the shape. One that dies alone 32, see release.c. In the build that counts 3 more in a
// cascade.

#ifndef HEAPBENCH_COUNTED_CASCADE_H
#define HEAPBENCH_COUNTED_CASCADE_H

#include "heap.h"

// Slots of a node that is short, and may put its children on the stack; and how high the stack is
// before one that is short has too many. 32 are more than any balanced binary tree needs.
enum { COUNTED_SHORT = 8, COUNTED_PENDING = 32 };

// Children this far ahead are prefetched, in containers that are longer: a list's elements lie
// anywhere.
enum { COUNTED_PREFETCH = 8 };

// One release, so far. While it runs it lives in registers: no function that is not inlined has its
// address, but for COUNTED_ASIDE.
struct counted_cascade {
    uint64_t quiet;             // objects that may die before it is announced; wraps below 0
    uint64_t bytes;             // requested by the dead
    uint64_t spared;            // counts lowered, but not to 0
    struct heap_object *frames; // see above; NULL: none
};

static __attribute__((noinline)) void counted_announce(struct heap *h) {
    if (h->common.pausing)
        return;
    h->common.cascading = true;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_CASCADE);
}

static __attribute__((noinline)) void counted_announced(struct heap *h, uint64_t freed) {
    if (h->common.pausing)
        return;
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_CASCADE, freed);
    h->common.cascading = false;
}

FAST void counted_begin(struct counted_cascade *c) {
    *c = (struct counted_cascade){.quiet = HEAP_CASCADE_PAUSE};
}

// One more object has died.
FAST void counted_died(struct heap *h, struct counted_cascade *c, size_t bytes) {
    HEAP_COUNT(c->bytes += bytes);
    if (__builtin_expect(--c->quiet == 0, 0))
        counted_announce(h);
}

// counted_freed - how many objects have died. counted_sum_up - add the release to the counters.
// Each object that died gave up a last reference, which is counted here, but for the `roots`:
// theirs the caller has counted. counted_finish - the end of one release.
FAST uint64_t counted_freed(const struct counted_cascade *c) {
    return HEAP_CASCADE_PAUSE - c->quiet;
}

FAST void counted_sum_up(struct heap *h, const struct counted_cascade *c, uint64_t roots) {
    uint64_t freed = counted_freed(c);
    HEAP_COUNT(h->common.counters.objects_freed += freed);
    HEAP_COUNT(h->common.counters.bytes_freed += c->bytes);
    HEAP_COUNT(h->common.counters.rc_decrements += freed - roots + c->spared);
}

FAST void counted_finish(struct heap *h, const struct counted_cascade *c, uint64_t roots) {
    uint64_t freed = counted_freed(c);
    counted_sum_up(h, c, roots);
    if (freed > h->common.counters.cascade_longest)
        HEAP_COUNT(h->common.counters.cascade_longest = freed);
    if (__builtin_expect(freed >= HEAP_CASCADE_PAUSE, 0))
        counted_announced(h, freed);
}

// Of an atom that is marked as interned: it is, or it owns bytes elsewhere.
static __attribute__((noinline)) void counted_forget_interned(struct heap *h,
                                                              struct heap_object *o) {
    if (external_drop(&h->common.external, o))
        return;
    uint64_t hash = intern_hash(counted_payload(o), counted_payload_bytes(o));
    intern_remove(&h->common.interned, hash, o);
}

FAST void counted_free_atom(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (__builtin_expect(o->shape & COUNTED_INTERNED, 0))
        counted_forget_interned(h, o);
    counted_died(h, c, counted_free_node(h, o, HEAP_ATOM, 0));
}

// counted_release_atom - free an atom that nothing refers to, as a release of its own.
FAST void counted_release_atom(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_free_atom(h, &c, o);
    counted_finish(h, &c, 1);
}

FAST void counted_free_short(struct heap *h, struct counted_cascade *c, struct heap_object *o,
                             size_t length) {
    counted_untrack(h, o);
    counted_dismiss(h, HEAP_NODE);
    counted_died(h, c, counted_free_node(h, o, HEAP_NODE, length));
}

FAST void counted_free_container(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (COUNTED_TUPLES && __builtin_expect(counted_is_special(o), 0)) {
        counted_bury_tuple(h, o);
        counted_died(h, c, heap_free_tuple_slow(h, o));
        return;
    }
    counted_untrack(h, o);
    counted_died(h, c, counted_free(h, o));
}

// ------------------------------------------------------------------------------------------ frames
// counted_drop - lower the count of o, which a dying container refers to. Returns whether o is a
// container that dies by it.
FAST bool counted_drop(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (!counted_down(h, o)) {
        HEAP_COUNT(c->spared++);
        return false;
    }
    if (!counted_is_atom(o))
        return true;
    counted_free_atom(h, c, o);
    return false;
}

// Drop what a list or a long node refers to. Returns how many containers die by it, which now are
// its first slots.
FAST size_t counted_gather(struct heap *h, struct counted_cascade *c, struct heap_object **slots,
                           size_t length) {
    size_t dying = 0;
    for (size_t i = 0; i < length; i++) {
        if (i + COUNTED_PREFETCH < length)
            __builtin_prefetch(slots[i + COUNTED_PREFETCH], 1);
        struct heap_object *child = slots[i];
        if (child && counted_drop(h, c, child))
            slots[dying++] = child;
    }
    return dying;
}

// Make o the top frame: its first slots hold this many dying objects, at least two. Returns the
// next one to be done.
FAST struct heap_object *counted_push_frame(struct counted_cascade *c, struct heap_object *o,
                                            struct heap_object **slots, size_t dying) {
    struct heap_object *next = slots[dying - 1];
    slots[dying - 1] = c->frames;
    counted_set_count(o, (uint32_t)dying - 1);
    c->frames = o;
    return next;
}

// counted_hand_back - the count of o, which is guarded, is 0: from now on it waits to be taken, which is the one
// reference to it. Where o is counted as if it died, that reference makes up for it.
static __attribute__((noinline, unused)) void counted_hand_back(struct heap *h,
                                                                struct heap_object *o) {
    counted_set_count(o, 1);
    counted_unguard(h, o);
}

// The rare steps of a cascade, out of its way. Each returns the next object to be done; the first
// may return NULL, for the top of the stack.
//   counted_do_long   o is a list or a long node, or is guarded: then it does not die
//   counted_do_full   o is a short node, and the stack is too high; what o has put there moves into
//                     its slots
//   counted_do_frame  the last that is gathered in the top frame, which goes when it is empty
static __attribute__((noinline)) struct heap_object *
counted_do_long(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (!counted_is_list(o) && counted_is_guarded(o)) {
        counted_hand_back(h, o);
        return NULL;
    }
    struct heap_object **slots = counted_slots(o), *next = NULL;
    size_t dying = counted_gather(h, c, slots, counted_length(o));
    if (dying > 1)
        return counted_push_frame(c, o, slots, dying);
    if (dying)
        next = slots[0];
    counted_free_container(h, c, o);
    return next;
}

static __attribute__((noinline)) struct heap_object *counted_do_full(struct counted_cascade *c,
                                                                     struct heap_object *o,
                                                                     struct heap_object **from,
                                                                     size_t dying) {
    memcpy(counted_node_slots(o), from, dying * sizeof *from);
    return counted_push_frame(c, o, counted_node_slots(o), dying);
}

static __attribute__((noinline)) struct heap_object *counted_do_frame(struct heap *h,
                                                                      struct counted_cascade *c) {
    struct heap_object *frame = c->frames, **slots = counted_slots(frame);
    uint32_t left = counted_count(frame) - 1;
    struct heap_object *below = slots[left + 1], *next = slots[left];
    counted_set_count(frame, left);
    slots[left] = below;
    if (left == 0) {
        c->frames = below;
        counted_free_container(h, c, frame);
    }
    return next;
}

// ----------------------------------------------------------------------------------------- cascade
// COUNTED_ASIDE - result = step, which finds the cascade in `aside`, in memory.
#define COUNTED_ASIDE(c, result, step)                                                             \
    do {                                                                                           \
        struct counted_cascade aside = *(c);                                                       \
        result = step;                                                                             \
        *(c) = aside;                                                                              \
    } while (0)

// Drop what a short node refers to, and put what dies on the stack. Returns its new top.
FAST struct heap_object **counted_push(struct heap *h, struct counted_cascade *c,
                                       struct heap_object *o, size_t length,
                                       struct heap_object **top) {
    struct heap_object **end = counted_node_slots(o) + length;
    for (ptrdiff_t i = -(ptrdiff_t)length; i; i++) {
        struct heap_object *child = end[i];
        if (!child)
            continue;
        if (counted_down(h, child))
            *top++ = child;
        else
            HEAP_COUNT(c->spared++);
    }
    return top;
}

// A short node: what dies by it goes on the stack, up to `limit`, and it is freed. Returns NULL, or the
// next object to be done, when the stack is too high.
FAST struct heap_object *counted_do_short(struct heap *h, struct counted_cascade *c,
                                          struct heap_object *o, size_t length,
                                          struct heap_object ***top, struct heap_object **limit) {
    struct heap_object **from = *top, *next;
    *top = counted_push(h, c, o, length, from);
    if (__builtin_expect(*top > limit, 0) && *top > from + 1) {
        COUNTED_ASIDE(c, next, counted_do_full(&aside, o, from, (size_t)(*top - from)));
        *top = from;
        return next;
    }
    counted_free_short(h, c, o, length);
    return NULL;
}

// counted_if_dies - drop what a slot refers to. Returns it if it dies by it, else NULL.
FAST struct heap_object *counted_if_dies(struct heap *h, struct counted_cascade *c,
                                         struct heap_object *child) {
    if (!child)
        return NULL;
    if (counted_down(h, child))
        return child;
    HEAP_COUNT(c->spared++);
    return NULL;
}

// Nodes of one slot and of two in blocks of the pool, as most are: the stack is touched only where two children die.
FAST struct heap_object *counted_do_single(struct heap *h, struct counted_cascade *c,
                                           struct heap_object *o) {
    struct heap_object *next = counted_if_dies(h, c, counted_node_slots(o)[0]);
    counted_free_short(h, c, o, 1);
    return next;
}

FAST struct heap_object *counted_do_pair(struct heap *h, struct counted_cascade *c,
                                         struct heap_object *o, struct heap_object ***top,
                                         struct heap_object **limit) {
    struct heap_object **slots = counted_node_slots(o);
    struct heap_object *first = counted_if_dies(h, c, slots[0]);
    struct heap_object *second = counted_if_dies(h, c, slots[1]);
    if (!second) {
        counted_free_short(h, c, o, 2);
        return first;
    }
    if (first && __builtin_expect(*top > limit, 0))
        return counted_push_frame(c, o, slots, 2);
    if (first)
        *(*top)++ = first;
    counted_free_short(h, c, o, 2);
    return second;
}

// counted_cascade - free o, whose count has come to 0, and all that dies with it. A node in a block of
// the pool has a path of its own, on which nothing is left to be asked.
FAST void counted_cascade(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    struct heap_object *stack[1 + COUNTED_PENDING + COUNTED_SHORT], **top = stack + 1, *next;
    struct heap_object **limit = stack + COUNTED_PENDING;
    stack[0] = NULL;
    for (;; o = next) {
        size_t length = o->shape;
        next = NULL;
        if (__builtin_expect(length == 2, 1))
            next = counted_do_pair(h, c, o, &top, limit);
        else if (length == 1)
            next = counted_do_single(h, c, o);
        else if (length <= COUNTED_SHORT)
            next = counted_do_short(h, c, o, length, &top, limit);
        else if (counted_is_atom(o))
            counted_free_atom(h, c, o);
        else if ((length &= ~(size_t)COUNTED_OUTSIDE) <= COUNTED_SHORT)
            next = counted_do_short(h, c, o, length, &top, limit);
        else
            COUNTED_ASIDE(c, next, counted_do_long(h, &aside, o));
        if (next)
            continue;
        next = *--top;
        if (__builtin_expect(!next, 0)) {
            if (!c->frames)
                return;
            top++;
            COUNTED_ASIDE(c, next, counted_do_frame(h, &aside));
        }
    }
}

#ifndef counted_spread
#define counted_spread counted_cascade
#endif

#endif
