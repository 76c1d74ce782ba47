// layout.h - what lies in memory where objects have counts: objects, lists, small ints, and the
// part of struct heap that all such strategies have.
//
// An object's header is 8 bytes; after it lie a node's references, then the payload of an atom or
// node. A strategy may keep COUNTED_PREFIX bytes in front of a container's header; see hooks.h.

#ifndef HEAPBENCH_COUNTED_LAYOUT_H
#define HEAPBENCH_COUNTED_LAYOUT_H

#include <assert.h>

#include "parts/external.h"
#include "parts/guards.h"
#include "parts/intern.h"
#include "parts/kept.h"
#include "parts/pool.h"
#include "parts/roots.h"

struct heap_object {
    uint32_t count; // references to it, never 0 while it is held
    uint16_t bytes; // payload of an atom or node; COUNTED_WIDE: see counted_wide_word
    uint16_t shape; // see below
};

// What `shape` says: a node's slots, and above them flags. A node in a block of the pool has none, so
// that its shape is its slots, and one comparison tells a short node there from all else.
enum {
    COUNTED_SLOTS = HEAP_MAX_SLOTS,
    COUNTED_OUTSIDE = 1 << 12,  // an atom or node that is not in a block of the pool
    COUNTED_INTERNED = 1 << 13, // an atom
    // A tuple or a dict, where these differ from other nodes; outside of blocks as well. A dict is marked wide.
    COUNTED_TUPLE = 1 << 13,
    // A node without COUNTED_OUTSIDE, wherever it lies: until it is handed back, see counted_unguard.
    COUNTED_GUARDED = 1 << 13,
    COUNTED_ATOM = 1 << 14,
    COUNTED_LIST = 1 << 15,
};
_Static_assert(!(COUNTED_SLOTS & (COUNTED_SLOTS + 1)) && COUNTED_SLOTS < COUNTED_OUTSIDE, "a mask");

enum { COUNTED_WIDE = UINT16_MAX };         // payload that is too long for `bytes`
#define COUNTED_FOREVER ((uint32_t)1 << 31) // first count of a small int

#include "parts/small_int.h"

struct counted_list {
    struct heap_object object;
    struct heap_object **items; // NULL when capacity is 0
    uint32_t length, capacity;  // in slots
};

// struct counted - what every heap with counts has. struct heap holds one under the name `common`.
struct counted {
    struct heap_counters counters;
    uint64_t rc_exchanges; // to be added to rc_increments and rc_decrements both
    struct roots roots;
    struct small_int *small_ints; // SMALL_INTS of them
    struct intern_table interned;
    struct kept kept; // of interned atoms
    struct external external;
    struct guards guards;
    struct memory memory;
    struct heap_listener listener;
    bool pausing;   // a pause has been announced; releases are part of it
    bool cascading; // that of a release has; a collection that it starts is part of it
    struct pool pool;
};

FAST bool counted_is_list(const struct heap_object *o) {
    return o->shape & COUNTED_LIST;
}

FAST bool counted_is_atom(const struct heap_object *o) {
    return o->shape & COUNTED_ATOM;
}

// counted_is_special - a tuple or a dict, where these differ from other nodes; counted_is_dict - which of them.
FAST bool counted_is_special(const struct heap_object *o) {
    return (o->shape & (COUNTED_TUPLE | COUNTED_OUTSIDE | COUNTED_ATOM)) ==
           (COUNTED_TUPLE | COUNTED_OUTSIDE);
}

FAST bool counted_is_dict(const struct heap_object *o) {
    return counted_is_special(o) && o->bytes == COUNTED_WIDE;
}

FAST bool counted_is_tuple(const struct heap_object *o) {
    return counted_is_special(o) && o->bytes != COUNTED_WIDE;
}

FAST bool counted_is_guarded(const struct heap_object *o) {
    return (o->shape & (COUNTED_GUARDED | COUNTED_OUTSIDE | COUNTED_ATOM)) == COUNTED_GUARDED;
}

FAST enum heap_kind counted_kind(const struct heap_object *o) {
    return counted_is_list(o) ? HEAP_LIST : counted_is_atom(o) ? HEAP_ATOM : HEAP_NODE;
}

FAST struct counted_list *counted_list(const struct heap_object *o) {
    assert(counted_is_list(o));
    return (struct counted_list *)(uintptr_t)o;
}

// counted_node_length - slots of an atom or node.
FAST size_t counted_node_length(const struct heap_object *o) {
    return o->shape & COUNTED_SLOTS;
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

// COUNTED_STAYS - a call that is rarely made, and leaves the shape of an object as it is, which it has just been
// given. So the compiler knows; else it loads the shape again for the place of the payload, and what the program loads
// next waits until that store is known: 18 % of binary_trees on refcount_deferred, on a Zen 4.
#define COUNTED_STAYS(o, call)                                                                     \
    do {                                                                                           \
        uint16_t stays = (o)->shape;                                                               \
        call;                                                                                      \
        (o)->shape = stays;                                                                        \
    } while (0)

// counted_visit - what heap_verify gives to a strategy to be called for an object.
typedef void counted_visit(void *audit, struct heap_object *o);

#endif
