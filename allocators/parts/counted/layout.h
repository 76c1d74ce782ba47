// layout.h - what lies in memory where objects have counts: objects, lists, small ints, and the
// part of struct heap that all such strategies have.
//
// An object's header is 8 bytes; behind it lie a node's references, then the payload of an atom or
// node. A strategy may keep COUNTED_PREFIX bytes in front of a container's header; see hooks.h.

#ifndef HEAPBENCH_COUNTED_LAYOUT_H
#define HEAPBENCH_COUNTED_LAYOUT_H

#include <assert.h>

#include "parts/intern.h"
#include "parts/pool.h"
#include "parts/roots.h"

struct heap_object {
    uint32_t count; // references to it, never 0 while it is held
    uint16_t bytes; // payload of an atom or node; COUNTED_WIDE: see counted_wide_word
    uint16_t shape; // see below
};

// What `shape` says: enum heap_kind in two bits, one flag, and from bit 4 on a node's slots.
// A list has all bits set there, so that to tell a short node from all else is one comparison.
enum { COUNTED_KIND = 3, COUNTED_INTERNED = 1 << 2, COUNTED_SLOTS_SHIFT = 4 };
enum { COUNTED_LIST_SHAPE = HEAP_LIST | HEAP_MAX_SLOTS << COUNTED_SLOTS_SHIFT };
_Static_assert(HEAP_LIST == 2 && HEAP_NODE == 1 && HEAP_ATOM == 0, "one bit tells a list");

// A rigid node has no payload, and business of its own when it dies. It is laid out as a list, whose
// array follows it in the same cell, and so nothing on the path of other nodes asks for it.
enum { COUNTED_RIGID = HEAP_LIST | HEAP_NODE };
enum { COUNTED_RIGID_SHAPE = COUNTED_LIST_SHAPE | COUNTED_RIGID };

enum { COUNTED_WIDE = UINT16_MAX };                      // payload that is too long for `bytes`
enum { COUNTED_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 }; // small ints
#define COUNTED_FOREVER ((uint32_t)1 << 31)              // first count of a small int

struct counted_list {
    struct heap_object object;
    struct heap_object **items; // NULL when capacity is 0
    uint32_t length, capacity;  // in slots
};

struct counted_int {
    struct heap_object object;
    int64_t value; // where the payload of an atom is
};

// struct counted - what every heap with counts has. struct heap holds one under the name `common`.
struct counted {
    struct heap_counters counters;
    uint64_t rc_exchanges; // to be added to rc_increments and rc_decrements both
    struct roots roots;
    struct counted_int *small_ints; // COUNTED_INTS of them
    struct intern_table interned;
    struct memory memory;
    struct heap_listener listener;
    bool pausing; // a pause has been announced; releases are part of it
    struct pool pool;
};

FAST enum heap_kind counted_kind(const struct heap_object *o) {
    return (enum heap_kind)(o->shape & COUNTED_KIND);
}

FAST bool counted_is_list(const struct heap_object *o) {
    return o->shape & HEAP_LIST;
}

// counted_is_rigid - of a list or a rigid node.
FAST bool counted_is_rigid(const struct heap_object *o) {
    return o->shape & HEAP_NODE;
}

FAST struct counted_list *counted_list(const struct heap_object *o) {
    assert(counted_is_list(o));
    return (struct counted_list *)(uintptr_t)o;
}

// counted_is_tuple - of any object; asks for both bits, where counted_is_rigid asks for one.
FAST bool counted_is_tuple(const struct heap_object *o) {
    return (o->shape & COUNTED_KIND) == COUNTED_RIGID;
}

// counted_node_length - slots of an atom or node.
FAST size_t counted_node_length(const struct heap_object *o) {
    return o->shape >> COUNTED_SLOTS_SHIFT;
}

FAST struct heap_object **counted_node_slots(const struct heap_object *o) {
    return (struct heap_object **)(uintptr_t)(o + 1);
}

// counted_length, counted_slots - the references of any object.
FAST size_t counted_length(const struct heap_object *o) {
    return counted_is_list(o) ? counted_list(o)->length : counted_node_length(o);
}

FAST struct heap_object **counted_slots(const struct heap_object *o) {
    return counted_is_list(o) ? counted_list(o)->items : counted_node_slots(o);
}

FAST const void *counted_payload(const struct heap_object *o) {
    return counted_node_slots(o) + counted_node_length(o);
}

// counted_visit - what heap_verify gives to a strategy to be called for an object.
typedef void counted_visit(void *audit, struct heap_object *o);

#endif
