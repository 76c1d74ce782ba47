// allocate.c - objects for which the current block of the pool has no cell, and interned atoms.

#include "heap.h"

#include "parts/keep.h"

// A cell that the current block of the pool does not have; NULL: no memory.
FAST void *new_cell(struct heap *h, size_t bytes) {
    void *cell = pool_alloc_slow(&h->common.pool, POOL_OBJECTS, bytes);
    if (__builtin_expect(!cell, 0) && counted_relieve(h))
        cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    counted_charge(h, bytes);
    return cell;
}

FAST struct heap_object *new_object(struct heap *h, void *cell, enum heap_kind kind, size_t slots,
                                    size_t bytes) {
    struct heap_object *o = (void *)((char *)cell + counted_front(kind, bytes));
    if (kind == HEAP_LIST) {
        counted_init_list(o);
        return o;
    }
    counted_init_node(o, kind, slots, bytes);
    if (!pool_is_small(&h->common.pool, counted_cell_bytes(kind, slots, bytes)))
        o->shape |= COUNTED_OUTSIDE;
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
        pool_free(&h->common.pool, cell, cell_bytes);
        return ENOMEM;
    }
    counted_born(h, slots * sizeof(void *) + bytes);
    struct heap_object *o = new_object(h, cell, kind, slots, bytes);
    if (kind != HEAP_ATOM) {
        counted_track(h, o);
        counted_tracked(h, o);
    }
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

// The old value of dst may be an interned atom that dies here, so the place is looked up
// afterwards.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes) {
    if (keep_prepare(h, &h->common.kept) || heap_new_atom(h, dst, bytes))
        return ENOMEM;
    HEAP_COUNT(h->common.counters.intern_misses++);
    memcpy(heap_payload(h, dst), key, bytes);
    dst->object->shape |= COUNTED_INTERNED;
    struct intern_entry *e =
        intern_find(&h->common.interned, hash, key, bytes, counted_payload, counted_payload_bytes);
    intern_insert(&h->common.interned, e, hash, dst->object);
    keep_add(h, &h->common.kept, dst);
    return 0;
}
