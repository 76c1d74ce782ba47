// plain_slow.h - what strategies over plain.h do when a value is interned for the first time.
// Included by the one source that defines heap_intern_slow, behind heap.h.

#ifndef HEAPBENCH_PLAIN_SLOW_H
#define HEAPBENCH_PLAIN_SLOW_H

#include "heap.h"

// plain_intern - the fresh atom in dst becomes the interned one of this key, of its length.
static inline void plain_intern(struct heap *h, struct heap_reg *dst, uint64_t hash,
                                const void *key, size_t bytes) {
    h->counters.intern_misses++;
    memcpy(heap_payload(h, dst), key, bytes);
    dst->object->flags |= PLAIN_INTERNED;
    // A collection may have moved entries since the caller looked, but it only ever makes room.
    struct intern_entry *e =
        intern_find(&h->interned, hash, key, bytes, plain_payload, plain_payload_bytes);
    intern_insert(&h->interned, e, hash, dst->object);
}

// plain_new_interned - heap_intern_slow for strategies that keep interned atoms among the others.
static inline int plain_new_interned(struct heap *h, struct heap_reg *dst, uint64_t hash,
                                     const void *key, size_t bytes) {
    int error = heap_new_atom(h, dst, bytes);
    if (!error)
        plain_intern(h, dst, hash, key, bytes);
    return error;
}

#endif
