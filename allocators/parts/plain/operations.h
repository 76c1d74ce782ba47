// operations.h - the inlined half of heap.h for objects without counts: references only move.
//
// Copying, loading and storing a reference is one move. Strategies differ in where objects come
// from, so each of them defines heap_new_atom, heap_new_node, heap_new_list, heap_resize_slow and
// the operations of regions. What else it does otherwise it says by answering a question of
// hooks.h. Its fast.h includes layout.h, then defines struct heap, which holds a struct plain
// called `common`, then answers questions, then includes this file. Make reads that include, and
// compiles every source of this folder for the strategy:
//     guard.c     guarded objects, where the strategy hands them back
//     heap.c      heap_new, heap_free, counters
//     intern.c    a value that is interned for the first time
//
// Cost: 8 bytes of header per object, 24 per list; load, store and copy 2 to 4 instructions.

#ifndef HEAPBENCH_PLAIN_OPERATIONS_H
#define HEAPBENCH_PLAIN_OPERATIONS_H

#include "hooks.h"
#include "layout.h"
#include "parts/list.h"

// heap_resize_slow - give the list an array of this many slots, at least its length. Returns 0 or
// ENOMEM; a smaller array is never refused (the old one may stay). Counts the difference in
// requested bytes. A larger array is asked for at a safepoint, so the list itself may have moved.
int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity);

// heap_intern_slow - dst = a new interned atom, for which the table has room.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes);

// plain_born - count an object that has been made.
FAST void plain_born(struct heap *h, size_t requested_bytes) {
    HEAP_COUNT(h->common.counters.objects_allocated++);
    HEAP_COUNT(h->common.counters.bytes_allocated += requested_bytes);
}

// --------------------------------------------------------------------------------------- registers
FAST struct heap_reg *heap_enter(struct heap *h, size_t count) {
    return roots_push(&h->common.roots, count);
}

FAST void heap_leave(struct heap *h) {
    roots_pop(&h->common.roots);
}

FAST void heap_copy(struct heap *h, struct heap_reg *dst, const struct heap_reg *src) {
    (void)h;
    dst->object = src->object;
}

FAST void heap_clear(struct heap *h, struct heap_reg *dst) {
    (void)h;
    dst->object = NULL;
}

FAST bool heap_same(struct heap *h, const struct heap_reg *a, const struct heap_reg *b) {
    (void)h;
    return a->object == b->object;
}

FAST bool heap_is_empty(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return !a->object;
}

// --------------------------------------------------------------------------------------- interning
// heap_new_external_slow - heap_new_external.
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes);

FAST int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return heap_new_external_slow(h, dst, bytes);
}

FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(intern_is_full(&h->common.interned), 0) && plain_room(h))
        return ENOMEM;
    uint64_t hash = intern_hash(key, bytes);
    struct intern_entry *e =
        intern_find(&h->common.interned, hash, key, bytes, plain_payload, plain_payload_bytes);
    if (!e->object)
        return heap_intern_slow(h, dst, hash, key, bytes);
    HEAP_COUNT(h->common.counters.intern_hits++);
    HEAP_COUNT(h->common.counters.intern_saved_bytes += bytes);
    dst->object = e->object;
    return 0;
}

FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX) {
        HEAP_SAFEPOINT(h);
        dst->object = &h->common.small_ints[value - HEAP_INT_MIN].object;
        return 0;
    }
    int error = heap_new_atom(h, dst, sizeof value);
    if (!error)
        memcpy(heap_payload(h, dst), &value, sizeof value);
    return error;
}

// ------------------------------------------------------------------------------------------ access
FAST void heap_load(struct heap *h, struct heap_reg *dst, const struct heap_reg *obj, size_t i) {
    (void)h;
    assert(i < plain_length(obj->object));
    dst->object = plain_slots(obj->object)[i];
}

FAST void heap_store(struct heap *h, const struct heap_reg *obj, size_t i,
                     const struct heap_reg *src) {
    (void)h;
    assert(i < plain_length(obj->object));
    plain_slots(obj->object)[i] = src->object;
    plain_stored(h, obj->object, i, src->object);
}

FAST const struct heap_reg *heap_borrow(struct heap *h, struct heap_reg *spare,
                                        const struct heap_reg *obj, size_t i) {
    (void)h;
    (void)spare;
    assert(i < plain_length(obj->object));
    return slots_register(&plain_slots(obj->object)[i]);
}

FAST void heap_move(struct heap *h, const struct heap_reg *obj, size_t i, struct heap_reg *src) {
    heap_store(h, obj, i, src);
    src->object = NULL;
}

FAST int heap_append(struct heap *h, const struct heap_reg *list, const struct heap_reg *src) {
    HEAP_SAFEPOINT(h);
    struct plain_list *l = plain_list(list->object);
    size_t length = l->object.size;
    if (__builtin_expect(!list_fits(l->capacity, length + 1), 0) &&
        heap_resize_slow(h, l, list_capacity(length, length + 1)))
        return ENOMEM;
    l = plain_list(list->object);
    l->items[length] = src->object;
    l->object.size = (uint32_t)length + 1;
    plain_stored(h, &l->object, length, src->object);
    return 0;
}

FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    struct plain_list *l = plain_list(list->object);
    size_t old_length = l->object.size;
    assert(length <= old_length);
    plain_drop(h, l, length);
    l->object.size = (uint32_t)length;
    if (__builtin_expect(!list_fits(l->capacity, length), 0))
        (void)heap_resize_slow(h, l, list_capacity(old_length, length));
}

FAST void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    struct heap_object *o = list->object;
    size_t length = o->size;
    assert(length && "pop from a list that is not empty");
    struct heap_object *last = plain_list(o)->items[length - 1];
    heap_truncate(h, list, length - 1);
    dst->object = last;
}

FAST size_t heap_length(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return plain_length(a->object);
}

FAST size_t heap_capacity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return a->object->kind == HEAP_LIST ? plain_list(a->object)->capacity : plain_length(a->object);
}

FAST enum heap_kind heap_kind(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (enum heap_kind)a->object->kind;
}

FAST void *heap_payload(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (void *)(uintptr_t)plain_payload(a->object);
}

FAST size_t heap_payload_bytes(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return plain_payload_bytes(a->object);
}

FAST int64_t heap_refcount(struct heap *h, const struct heap_reg *a) {
    (void)h;
    (void)a;
    return -1;
}

FAST uintptr_t heap_identity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (uintptr_t)a->object;
}

// ------------------------------------------------------------------------------------------ guards
#if PLAIN_GUARDS
// heap_guard_slow - heap_guard. heap_guarded_take_slow - dst = an object that waits, as there is one.
int heap_guard_slow(struct heap *h, struct heap_object *o);
void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst);

FAST int heap_guard(struct heap *h, const struct heap_reg *obj) {
    HEAP_SAFEPOINT(h);
    return heap_guard_slow(h, obj->object);
}

FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(!plain_waits(h), 1))
        return false;
    heap_guarded_take_slow(h, dst);
    return true;
}
#else
#include "parts/without/guards.h"
#endif

#include "parts/without/dicts.h"
#include "parts/without/tuples.h"

#endif
