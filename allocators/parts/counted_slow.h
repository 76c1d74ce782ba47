// counted_slow.h - the slow halves of counted.h: releases, arrays, interning, set-up. Included
// once, by the strategy's slow.c behind heap.h.
//
// A release frees any number of objects with a bounded C stack and without asking for memory. The
// objects that are dying hold the state of the walk themselves:
//
// The counts of all that a dying container refers to are lowered, slot by slot. Atoms whose count
// comes to 0 are freed on the spot; containers are gathered in the container's first slots, which
// have been given up by then. Of d gathered containers the last is next. With d = 1 nothing is left
// to remember: the container is freed first, so a chain is released touching each node once. With
// d > 1 the container stays as a frame of an explicit stack: slots 0 .. d-2 are to be done, slot
// d-1, just taken, links to the frame below, and its count, 0 by now, remembers d-1.
//
// So the order of deaths is depth first, the last slot first; a container with one dying child goes
// before that child, one with several when the first slot's child is all that is left to be done.

#ifndef HEAPBENCH_COUNTED_SLOW_H
#define HEAPBENCH_COUNTED_SLOW_H

#include <stdlib.h>

#include "parts/counted.h"

// The objects freed by one release.
struct counted_cascade {
    uint64_t freed;
    bool announced;
    struct heap_object *frames; // see above
};

// Children this far ahead are prefetched, in containers that are longer: a list's elements lie
// anywhere.
enum { COUNTED_PREFETCH = 8 };

static void counted_cascade_begins(struct heap *h, struct counted_cascade *c) {
    if (!h->listener.pause_begin || h->pausing)
        return;
    c->announced = true;
    h->listener.pause_begin(h->listener.context, HEAP_PAUSE_CASCADE);
}

static void counted_cascade_ends(struct heap *h, struct counted_cascade *c) {
    h->counters.objects_freed += c->freed;
    if (c->freed > h->counters.cascade_longest)
        h->counters.cascade_longest = c->freed;
    if (c->announced)
        h->listener.pause_end(h->listener.context, HEAP_PAUSE_CASCADE, c->freed);
}

static void counted_forget_interned(struct heap *h, struct heap_object *o) {
    uint64_t hash = intern_hash(counted_payload(o), counted_payload_bytes(o));
    intern_remove(&h->interned, hash, o);
}

FAST void counted_free_atom(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    if (__builtin_expect(o->shape & COUNTED_INTERNED, 0))
        counted_forget_interned(h, o);
    counted_free_node(h, o, HEAP_ATOM);
    if (++c->freed == HEAP_CASCADE_PAUSE)
        counted_cascade_begins(h, c);
}

FAST void counted_free_container(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    counted_untrack(h, o);
    counted_free(h, o);
    if (++c->freed == HEAP_CASCADE_PAUSE)
        counted_cascade_begins(h, c);
}

// Lower the counts of all that o refers to. Returns how many containers died by it, which now are
// the first slots.
FAST size_t counted_lower_slots(struct heap *h, struct counted_cascade *c,
                                struct heap_object **slots, size_t length) {
    size_t dying = 0, lowered = 0;
    for (size_t i = 0; i < length; i++) {
        if (i + COUNTED_PREFETCH < length)
            __builtin_prefetch(slots[i + COUNTED_PREFETCH], 1);
        struct heap_object *child = slots[i];
        if (!child)
            continue;
        lowered++;
        if (!counted_down(child))
            continue;
        if (counted_kind(child) == HEAP_ATOM)
            counted_free_atom(h, c, child);
        else
            slots[dying++] = child;
    }
    h->counters.rc_decrements += lowered;
    return dying;
}

// The next container to be done: the last that is gathered in the top frame, which goes when it is
// empty.
static struct heap_object *counted_next_dying(struct heap *h, struct counted_cascade *c) {
    struct heap_object *frame = c->frames;
    struct heap_object **slots = counted_slots(frame);
    struct heap_object *below = slots[counted_count(frame)];
    counted_set_count(frame, counted_count(frame) - 1);
    struct heap_object *next = slots[counted_count(frame)];
    slots[counted_count(frame)] = below;
    if (counted_count(frame) == 0) {
        c->frames = below;
        counted_free_container(h, c, frame);
    }
    return next;
}

// counted_cascade - free the container o, whose count has come to 0, and all that dies with it.
static void counted_cascade(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    for (;;) {
        struct heap_object **slots = counted_slots(o), *next = NULL;
        size_t dying = counted_lower_slots(h, c, slots, counted_length(o));
        if (dying)
            next = slots[dying - 1];
        if (dying > 1) {
            slots[dying - 1] = c->frames;
            counted_set_count(o, (uint32_t)dying - 1);
            c->frames = o;
        } else {
            counted_free_container(h, c, o);
        }
        if (!next && !c->frames)
            return;
        o = next ? next : counted_next_dying(h, c);
    }
}

void heap_release_slow(struct heap *h, struct heap_object *o) {
    struct counted_cascade c = {0};
    if (counted_kind(o) == HEAP_ATOM)
        counted_free_atom(h, &c, o);
    else
        counted_cascade(h, &c, o);
    counted_cascade_ends(h, &c);
}

void heap_truncate_slow(struct heap *h, struct counted_list *list, size_t length) {
    struct counted_cascade c = {0};
    while (list->length > length) {
        struct heap_object *o = list->items[--list->length];
        if (list->length >= length + COUNTED_PREFETCH)
            __builtin_prefetch(list->items[list->length - COUNTED_PREFETCH], 1);
        if (!o)
            continue;
        h->counters.rc_decrements++;
        if (!counted_down(o))
            continue;
        if (!COUNTED_REGISTERS)
            counted_zero(h, o);
        else if (counted_kind(o) == HEAP_ATOM)
            counted_free_atom(h, &c, o);
        else
            counted_cascade(h, &c, o);
    }
    counted_cascade_ends(h, &c);
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
