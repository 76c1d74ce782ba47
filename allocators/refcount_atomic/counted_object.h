// counted_object.h - an object's header, and how its count changes: atomically, for many threads.
//
// Replaces parts/counted_object.h. The order of memory is that which Boost.Atomic's documentation
// gives for reference counting ("Usage examples") and which Arc of Rust's standard library has:
//   * To raise a count needs no order. Who takes a reference has another one already, so the object
//     cannot die meanwhile; and to hand the new one to another thread takes an order of its own.
//   * To lower it releases: what a thread has done to the object comes before its reference is
//     gone.
//   * Whoever lowers it to 0 acquires, by a fence, what all others had released, before the object
//     is taken apart. All the others need no fence, which is why it is not acq_rel.
// On x86-64 each is one locked instruction, whatever the order, and the fence is none.

#ifndef HEAPBENCH_COUNTED_OBJECT_H
#define HEAPBENCH_COUNTED_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct heap_object {
    _Atomic uint32_t count; // references to it, never 0 while it is held
    uint16_t bytes;         // payload of an atom or node; COUNTED_WIDE: see counted_wide_word
    uint16_t shape;         // see counted.h
    // Behind it lie a node's references, then the payload of an atom or node.
};

FAST void counted_up(struct heap_object *o) {
    atomic_fetch_add_explicit(&o->count, 1, memory_order_relaxed);
}

FAST bool counted_down(struct heap_object *o) {
    if (atomic_fetch_sub_explicit(&o->count, 1, memory_order_release) != 1)
        return false;
    atomic_thread_fence(memory_order_acquire);
    return true;
}

FAST uint32_t counted_count(const struct heap_object *o) {
    return atomic_load_explicit(&o->count, memory_order_relaxed);
}

FAST void counted_set_count(struct heap_object *o, uint32_t count) {
    atomic_store_explicit(&o->count, count, memory_order_relaxed);
}

#endif
