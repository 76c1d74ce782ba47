// counted_slow.h - the slow halves of counted.h: releases, arrays, interning, set-up. Included
// once, by the strategy's slow.c behind heap.h.
//
// A release frees any number of objects with a bounded C stack and without asking for memory. The
// counts of all that a dying container refers to are lowered, slot by slot; what dies by it is put
// on a stack, then the container is freed, and the top of the stack is next. So each object is
// touched once, when it dies.
//
// The stack is a small array. What has many references, or finds the stack full, stays instead, and
// is a frame of an explicit stack, for which the dying objects hold the state themselves: of d
// dying objects, gathered in its first slots, the last is next; slots 0 .. d-2 are to be done, slot
// d-1, just taken, links to the frame below, and its count, 0 by now, remembers d-1. (With d of 0
// or 1 nothing is left to remember. Atoms are freed before they are gathered.) Frames have their
// turn when the array is empty.
//
// Cost: a node of two slots of which one object dies (an average node of a binary tree) 52
// instructions: 15 for the stack and the shape, 17 for the slots, 7 for counters and size, 13 for
// its memory. The first of a release 90 with its registers; one that dies alone 50, see
// counted_release.h.

#ifndef HEAPBENCH_COUNTED_SLOW_H
#define HEAPBENCH_COUNTED_SLOW_H

#include <stdlib.h>

#include "parts/counted.h"

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

__attribute__((noinline)) static void counted_announce(struct heap *h) {
    if (h->listener.pause_begin && !h->pausing)
        h->listener.pause_begin(h->listener.context, HEAP_PAUSE_CASCADE);
}

__attribute__((noinline)) static void counted_announced(struct heap *h, uint64_t freed) {
    if (h->listener.pause_end && !h->pausing)
        h->listener.pause_end(h->listener.context, HEAP_PAUSE_CASCADE, freed);
}

FAST void counted_begin(struct counted_cascade *c) {
    *c = (struct counted_cascade){.quiet = HEAP_CASCADE_PAUSE};
}

// One more object has died.
FAST void counted_died(struct heap *h, struct counted_cascade *c, size_t bytes) {
    c->bytes += bytes;
    if (__builtin_expect(--c->quiet == 0, 0))
        counted_announce(h);
}

// counted_freed - how many objects have died. counted_sum_up - count all that has happened. What
// died had its last reference lowered, all but the `roots`, of which the caller has counted it.
// counted_finish - the end of one release.
FAST uint64_t counted_freed(const struct counted_cascade *c) {
    return HEAP_CASCADE_PAUSE - c->quiet;
}

FAST void counted_sum_up(struct heap *h, const struct counted_cascade *c, uint64_t roots) {
    uint64_t freed = counted_freed(c);
    h->counters.objects_freed += freed;
    h->counters.bytes_freed += c->bytes;
    h->counters.rc_decrements += freed - roots + c->spared;
}

FAST void counted_finish(struct heap *h, const struct counted_cascade *c, uint64_t roots) {
    uint64_t freed = counted_freed(c);
    counted_sum_up(h, c, roots);
    if (freed > h->counters.cascade_longest)
        h->counters.cascade_longest = freed;
    if (__builtin_expect(freed >= HEAP_CASCADE_PAUSE, 0))
        counted_announced(h, freed);
}

__attribute__((noinline)) static void counted_forget_interned(struct heap *h,
                                                              struct heap_object *o) {
    uint64_t hash = intern_hash(counted_payload(o), counted_payload_bytes(o));
    intern_remove(&h->interned, hash, o);
}

__attribute__((noinline)) size_t heap_free_node_slow(struct heap *h, struct heap_object *o) {
    enum heap_kind kind = counted_kind(o);
    size_t slots = counted_node_length(o), bytes = counted_payload_bytes(o);
    pool_free_slow(&h->pool, (char *)o - counted_front(kind, bytes),
                   counted_cell_bytes(kind, slots, bytes));
    return slots * sizeof(void *) + bytes;
}

FAST void counted_free_atom(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (__builtin_expect(o->shape & COUNTED_INTERNED, 0))
        counted_forget_interned(h, o);
    counted_died(h, c, counted_free_node(h, o, HEAP_ATOM, 0));
}

FAST void counted_free_short(struct heap *h, struct counted_cascade *c, struct heap_object *o,
                             size_t length) {
    counted_untrack(h, o);
    counted_dismiss(h, HEAP_NODE);
    counted_died(h, c, counted_free_node(h, o, HEAP_NODE, length));
}

FAST void counted_free_container(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    counted_untrack(h, o);
    counted_died(h, c, counted_free(h, o));
}

// ------------------------------------------------------------------------------------------ frames
// counted_drop - lower the count of o, which a dying container refers to. Returns whether o is a
// container that dies by it.
FAST bool counted_drop(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (!counted_down(o)) {
        c->spared++;
        return false;
    }
    if (counted_kind(o) != HEAP_ATOM)
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

// Make o, whose first slots hold so many dying objects, at least two, the top frame. Returns the
// next one to be done.
FAST struct heap_object *counted_push_frame(struct counted_cascade *c, struct heap_object *o,
                                            struct heap_object **slots, size_t dying) {
    struct heap_object *next = slots[dying - 1];
    slots[dying - 1] = c->frames;
    counted_set_count(o, (uint32_t)dying - 1);
    c->frames = o;
    return next;
}

// The rare steps of a cascade, out of its way. Each returns the next object to be done; the first
// may return NULL, for the top of the stack.
//   counted_do_long   o is a list or a long node
//   counted_do_full   o is a short node, and the stack is too high; what o has put there moves into
//                     its slots
//   counted_do_frame  the last that is gathered in the top frame, which goes when it is empty
__attribute__((noinline)) static struct heap_object *
counted_do_long(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    struct heap_object **slots = counted_slots(o), *next = NULL;
    size_t dying = counted_gather(h, c, slots, counted_length(o));
    if (dying > 1)
        return counted_push_frame(c, o, slots, dying);
    if (dying)
        next = slots[0];
    counted_free_container(h, c, o);
    return next;
}

__attribute__((noinline)) static struct heap_object *counted_do_full(struct counted_cascade *c,
                                                                     struct heap_object *o,
                                                                     struct heap_object **from,
                                                                     size_t dying) {
    memcpy(counted_node_slots(o), from, dying * sizeof *from);
    return counted_push_frame(c, o, counted_node_slots(o), dying);
}

__attribute__((noinline)) static struct heap_object *counted_do_frame(struct heap *h,
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
FAST struct heap_object **counted_push(struct counted_cascade *c, struct heap_object *o,
                                       size_t length, struct heap_object **top) {
    struct heap_object **end = counted_node_slots(o) + length;
    for (ptrdiff_t i = -(ptrdiff_t)length; i; i++) {
        struct heap_object *child = end[i];
        if (!child)
            continue;
        if (counted_down(child))
            *top++ = child;
        else
            c->spared++;
    }
    return top;
}

// counted_cascade - free o, whose count has come to 0, and all that dies with it.
FAST void counted_cascade(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    struct heap_object *stack[1 + COUNTED_PENDING + COUNTED_SHORT], **top = stack + 1, *next;
    stack[0] = NULL;
    for (;; o = next) {
        size_t length = o->shape >> COUNTED_SLOTS_SHIFT;
        if (__builtin_expect(length > COUNTED_SHORT, 0)) {
            COUNTED_ASIDE(c, next, counted_do_long(h, &aside, o));
            if (next)
                continue;
        } else if (!length && counted_kind(o) == HEAP_ATOM) {
            counted_free_atom(h, c, o);
        } else {
            struct heap_object **from = top;
            top = counted_push(c, o, length, top);
            if (__builtin_expect(top > stack + COUNTED_PENDING, 0) && top > from + 1) {
                COUNTED_ASIDE(c, next, counted_do_full(&aside, o, from, (size_t)(top - from)));
                top = from;
                continue;
            }
            counted_free_short(h, c, o, length);
        }
        next = *--top;
        if (__builtin_expect(!next, 0)) {
            if (!c->frames)
                return;
            top++;
            COUNTED_ASIDE(c, next, counted_do_frame(h, &aside));
        }
    }
}

void heap_truncate_slow(struct heap *h, struct counted_list *list, size_t length) {
    struct counted_cascade c;
    counted_begin(&c);
    while (list->length > length) {
        struct heap_object *o = list->items[--list->length];
        if (list->length >= length + COUNTED_PREFETCH)
            __builtin_prefetch(list->items[list->length - COUNTED_PREFETCH], 1);
        if (!o)
            continue;
        if (COUNTED_PROMPT) {
            if (counted_drop(h, &c, o))
                counted_cascade(h, &c, o);
        } else {
            c.spared++;
            if (counted_down(o))
                counted_zero(h, o);
        }
    }
    counted_finish(h, &c, 0);
}

// Memory for an object, of which the current block of the pool has none; or NULL.
FAST void *new_cell(struct heap *h, size_t bytes) {
    void *cell = pool_alloc_slow(&h->pool, POOL_OBJECTS, bytes);
    if (__builtin_expect(!cell, 0) && counted_relieve(h))
        cell = pool_alloc(&h->pool, POOL_OBJECTS, bytes);
    counted_charge(h, bytes);
    return cell;
}

FAST struct heap_object *new_object(void *cell, enum heap_kind kind, size_t slots, size_t bytes) {
    struct heap_object *o = (void *)((char *)cell + counted_front(kind, bytes));
    if (kind == HEAP_LIST) {
        counted_init_list(o);
        return o;
    }
    counted_init_node(o, kind, slots, bytes);
    if (__builtin_expect(bytes >= COUNTED_WIDE, 0)) {
        o->bytes = COUNTED_WIDE;
        *counted_wide_word(o) = (uint64_t)bytes << 32;
    }
    return o;
}

FAST int new_any(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                 size_t bytes, void *cell) {
    size_t cell_bytes =
        kind == HEAP_LIST ? COUNTED_LIST_BYTES : counted_cell_bytes(kind, slots, bytes);
    if (!cell && !(cell = new_cell(h, cell_bytes)))
        return ENOMEM;
    if (counted_admit(h, kind)) {
        pool_free(&h->pool, cell, cell_bytes);
        return ENOMEM;
    }
    counted_born(h, slots * sizeof(void *) + bytes);
    struct heap_object *o = new_object(cell, kind, slots, bytes);
    if (kind != HEAP_ATOM)
        counted_track(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

int heap_new_atom_slow(struct heap *h, struct heap_reg *dst, size_t bytes, void *cell) {
    return new_any(h, dst, HEAP_ATOM, 0, bytes, cell);
}

int heap_new_node_slow(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes,
                       void *cell) {
    return new_any(h, dst, HEAP_NODE, slots, bytes, cell);
}

int heap_new_list_slow(struct heap *h, struct heap_reg *dst, void *cell) {
    return new_any(h, dst, HEAP_LIST, 0, 0, cell);
}

FAST bool resize_items(struct heap *h, void **items, size_t old_bytes, size_t bytes) {
    if (pool_resize(&h->pool, POOL_ARRAYS, items, old_bytes, bytes))
        return true;
    return bytes > old_bytes && counted_relieve(h) &&
           pool_resize(&h->pool, POOL_ARRAYS, items, old_bytes, bytes);
}

int heap_resize_slow(struct heap *h, struct counted_list *list, size_t capacity) {
    void *items = list->items;
    size_t old_bytes = list->capacity * sizeof(void *), bytes = capacity * sizeof(void *);
    if (capacity > UINT32_MAX || !resize_items(h, &items, old_bytes, bytes))
        return capacity > list->capacity ? ENOMEM : 0;
    list->items = items;
    list->capacity = (uint32_t)capacity;
    counted_charge(h, bytes > old_bytes ? bytes - old_bytes : 0);
    if (bytes > old_bytes)
        h->counters.bytes_allocated += bytes - old_bytes;
    else
        h->counters.bytes_freed += old_bytes - bytes;
    return 0;
}

// The old value of dst may be an interned atom that dies here, so the place is looked up
// afterwards.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes) {
    int error = heap_new_atom(h, dst, bytes);
    if (error)
        return error;
    h->counters.intern_misses++;
    memcpy(heap_payload(h, dst), key, bytes);
    dst->object->shape |= COUNTED_INTERNED;
    struct intern_entry *e =
        intern_find(&h->interned, hash, key, bytes, counted_payload, counted_payload_bytes);
    intern_insert(&h->interned, e, hash, dst->object);
    return 0;
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    out->rc_increments += h->rc_exchanges;
    out->rc_decrements += h->rc_exchanges;
    out->memory_bytes = h->memory.held_bytes;
    out->memory_peak_bytes = h->memory.peak_bytes;
}

// counted_open - the part of heap_new that all counted heaps share, on a zeroed struct. Returns 0
// or ENOMEM, and then counted_close is due.
static int counted_open(struct heap *h, const struct heap_config *config, bool from_malloc) {
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    pool_init(&h->pool, &h->memory, from_malloc);
    intern_init(&h->interned, &h->memory);
    h->listener = config->listener;
    h->small_ints = memory_malloc(&h->memory, COUNTED_INTS * sizeof *h->small_ints);
    if (!h->small_ints || roots_init(&h->roots))
        return ENOMEM;
    for (int i = 0; i < COUNTED_INTS; i++)
        h->small_ints[i] = (struct counted_int){
            {.count = COUNTED_FOREVER, .bytes = sizeof(int64_t), .shape = HEAP_ATOM},
            HEAP_INT_MIN + i};
    return 0;
}

// counted_close - give back everything, after the strategy has freed what only it knows.
static void counted_close(struct heap *h) {
    pool_free_all(&h->pool);
    roots_free(&h->roots);
    intern_free(&h->interned);
    memory_free(&h->memory, h->small_ints, COUNTED_INTS * sizeof *h->small_ints);
    memory_close(&h->memory);
    free(h);
}

#endif
