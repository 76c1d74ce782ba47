// layout.h - what lies in memory where objects have no counts: objects, lists, small ints, and the
// part of struct heap that all such strategies have.
//
// An object's header is 8 bytes; after it lie a node's references, then the payload of an atom or
// node.

#ifndef HEAPBENCH_PLAIN_LAYOUT_H
#define HEAPBENCH_PLAIN_LAYOUT_H

#include <assert.h>

#include "parts/external.h"
#include "parts/guards.h"
#include "parts/intern.h"
#include "parts/kept.h"
#include "parts/memory.h"
#include "parts/roots.h"
#include "parts/slots.h"

enum plain_flag {
    PLAIN_IMMORTAL = 1 << 0, // a small int: never reclaimed, never moved, not among the objects
    PLAIN_INTERNED = 1 << 1, // of an atom: in the intern table
    PLAIN_GUARDED = 1 << 1,  // of a node: the program wants it back
    PLAIN_OWN_FLAG = 1 << 2, // the first flag that is the strategy's own
};

struct heap_object {
    uint32_t size;  // payload bytes of an atom or node; length of a list
    uint16_t slots; // of a node, else 0
    uint8_t kind;   // enum heap_kind
    uint8_t flags;
};

#include "parts/small_int.h"

struct plain_list {
    struct heap_object object;
    struct heap_object **items; // NULL when capacity is 0
    size_t capacity;            // in slots
};

// struct plain - what every heap without counts has. struct heap holds one under the name `common`.
struct plain {
    struct heap_counters counters;
    struct roots roots;
    struct intern_table interned;
    struct kept kept; // of interned atoms
    struct external external;
    struct guards guards;
    struct memory memory;
    struct small_int *small_ints; // SMALL_INTS of them
    struct heap_listener listener;
};

FAST bool plain_is_interned(const struct heap_object *o) {
    return o->kind == HEAP_ATOM && o->flags & PLAIN_INTERNED;
}

FAST bool plain_is_guarded(const struct heap_object *o) {
    return o->kind == HEAP_NODE && o->flags & PLAIN_GUARDED;
}

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

#endif
