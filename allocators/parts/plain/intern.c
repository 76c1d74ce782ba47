// intern.c - a value is interned for the first time, where objects have no counts.

#include "heap.h"

#include "parts/keep.h"

int heap_room_slow(struct heap *h) {
    return intern_reserve_slow(&h->common.interned);
}

int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes) {
    if (keep_prepare(h, &h->common.kept) || plain_new_interned(h, dst, bytes))
        return ENOMEM;
    HEAP_COUNT(h->common.counters.intern_misses++);
    memcpy(heap_payload(h, dst), key, bytes);
    dst->object->flags |= PLAIN_INTERNED;
    // A collection may have moved entries since the caller looked, but it only ever makes room.
    struct intern_entry *e =
        intern_find(&h->common.interned, hash, key, bytes, plain_payload, plain_payload_bytes);
    intern_insert(&h->common.interned, e, hash, dst->object);
    keep_add(h, &h->common.kept, dst);
    return 0;
}
