// plain.h - objects without counts: their layout, and the operations that only move data.
//
// For strategies that keep nothing per reference (nogc, arena, marksweep, semispace): copying,
// loading and storing a reference is one move. Included by the strategy's fast.h behind its struct
// heap, which has the fields
//     struct roots roots;  struct intern_table interned;  struct heap_counters counters;
//     struct plain_int *small_ints;   PLAIN_INTS of them, from plain_new_ints
// What differs between these strategies is where objects come from, so that is what each of them
// defines: heap_new_atom, heap_new_node, heap_new_list, the region operations, and the slow halves
// declared below.
//
// Cost: 8 bytes of header per object, 24 per list; load, store and copy 2 to 4 instructions.

#ifndef HEAPBENCH_PLAIN_H
#define HEAPBENCH_PLAIN_H

#include <assert.h>

#include "parts/intern.h"
#include "parts/list.h"
#include "parts/roots.h"
#include "parts/slots.h"

enum plain_flag {
    PLAIN_IMMORTAL = 1 << 0, // a small int: never reclaimed, never moved, not among the objects
    PLAIN_INTERNED = 1 << 1, // in the intern table
    PLAIN_OWN_FLAG = 1 << 2, // the first flag that is the strategy's own
};

struct heap_object {
    uint32_t size;  // payload bytes of an atom or node; length of a list
    uint16_t slots; // of a node, else 0
    uint8_t kind;   // enum heap_kind
    uint8_t flags;
    // Behind it lie a node's references, then the payload of an atom or node.
};

struct plain_list {
    struct heap_object object;
    struct heap_object **items; // NULL when capacity is 0
    size_t capacity;            // in slots
};

struct plain_int {
    struct heap_object object;
    int64_t value; // where the payload of an atom is
};

enum { PLAIN_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 };

// heap_resize_slow - give the list an array of this many slots, at least its length. Returns 0 or
// ENOMEM; a smaller array is never refused (the old one may stay). Counts the difference in
// requested bytes. A larger array is asked for at a safepoint, so the list itself may have moved.
int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity);

// heap_room_slow - room in the intern table for one more entry, when it is full: it grows, or, should
// memory be refused, a collection that may run empties some. Returns 0 or ENOMEM.
int heap_room_slow(struct heap *h);

// heap_intern_slow - dst = a new interned atom, for which the table has room.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes);

// ------------------------------------------------------------------------------------------ layout
// plain_node_slots - the references of a node, whose object lies in writable memory like every
// other.
FAST struct heap_object **plain_node_slots(const struct heap_object *o) {
    return (struct heap_object **)(uintptr_t)(o + 1);
}

FAST size_t plain_round(size_t bytes) {
    return (bytes + 7) & ~(size_t)7;
}

// plain_node_bytes - what an atom (no slots) or a node occupies.
FAST size_t plain_node_bytes(size_t slots, size_t payload_bytes) {
    return plain_round(sizeof(struct heap_object) + slots * sizeof(void *) + payload_bytes);
}

// plain_init_node, plain_init_list - make an object of raw memory.
FAST struct heap_object *plain_init_node(void *memory, enum heap_kind kind, size_t slots,
                                         size_t payload_bytes) {
    assert(slots <= HEAP_MAX_SLOTS && payload_bytes <= HEAP_MAX_PAYLOAD_BYTES);
    struct heap_object *o = memory;
    o->size = (uint32_t)payload_bytes;
    o->slots = (uint16_t)slots;
    o->kind = (uint8_t)kind;
    o->flags = 0;
    slots_clear(plain_node_slots(o), slots);
    return o;
}

FAST struct heap_object *plain_init_list(void *memory) {
    struct plain_list *list = memory;
    list->object = (struct heap_object){.kind = HEAP_LIST};
    list->items = NULL;
    list->capacity = 0;
    return &list->object;
}

// plain_made - dst = an object that was made off the fast path; NULL: there was no memory, and dst
// stays.
FAST int plain_made(struct heap_reg *dst, struct heap_object *o) {
    if (!o)
        return ENOMEM;
    dst->object = o;
    return 0;
}

// plain_new_ints - the small ints; NULL when there is no memory. plain_free_ints accepts NULL.
static inline struct plain_int *plain_new_ints(struct memory *m) {
    struct plain_int *ints = memory_malloc(m, PLAIN_INTS * sizeof *ints);
    for (int i = 0; ints && i < PLAIN_INTS; i++)
        ints[i] = (struct plain_int){
            {.size = sizeof(int64_t), .kind = HEAP_ATOM, .flags = PLAIN_IMMORTAL},
            HEAP_INT_MIN + i};
    return ints;
}

static inline void plain_free_ints(struct memory *m, struct plain_int *ints) {
    memory_free(m, ints, PLAIN_INTS * sizeof *ints);
}

FAST struct plain_list *plain_list(const struct heap_object *o) {
    assert(o->kind == HEAP_LIST);
    return (struct plain_list *)(uintptr_t)o;
}

FAST const void *plain_payload(const struct heap_object *o) {
    return plain_node_slots(o) + o->slots;
}

FAST size_t plain_payload_bytes(const struct heap_object *o) {
    return o->kind == HEAP_LIST ? 0 : o->size;
}

// plain_requested_bytes - the object's part of bytes_allocated; see HEAP_COUNTERS.
static inline size_t plain_requested_bytes(const struct heap_object *o) {
    if (o->kind == HEAP_LIST)
        return plain_list(o)->capacity * sizeof(void *);
    return o->slots * sizeof(void *) + o->size;
}

FAST size_t plain_length(const struct heap_object *o) {
    return o->kind == HEAP_LIST ? o->size : o->slots;
}

// plain_slots - the references of an object, plain_length of them.
FAST struct heap_object **plain_slots(const struct heap_object *o) {
    return o->kind == HEAP_LIST ? plain_list(o)->items : plain_node_slots(o);
}

// --------------------------------------------------------------------------------------- registers
FAST struct heap_reg *heap_enter(struct heap *h, size_t count) {
    return roots_push(&h->roots, count);
}

FAST void heap_leave(struct heap *h) {
    roots_pop(&h->roots);
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
FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(intern_is_full(&h->interned), 0) && heap_room_slow(h))
        return ENOMEM;
    uint64_t hash = intern_hash(key, bytes);
    struct intern_entry *e =
        intern_find(&h->interned, hash, key, bytes, plain_payload, plain_payload_bytes);
    if (!e->object)
        return heap_intern_slow(h, dst, hash, key, bytes);
    h->counters.intern_hits++;
    h->counters.intern_saved_bytes += bytes;
    dst->object = e->object;
    return 0;
}

FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX) {
        HEAP_SAFEPOINT(h);
        dst->object = &h->small_ints[value - HEAP_INT_MIN].object;
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
    return 0;
}

FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    struct plain_list *l = plain_list(list->object);
    size_t old_length = l->object.size;
    assert(length <= old_length);
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

#endif
