// tuple.c - tuples, where a collection may untrack them.

#include "heap.h"

static size_t tuple_cell_bytes(size_t slots) {
    return counted_cell_bytes(HEAP_NODE, slots, 0);
}

// A cell of the pool; NULL: no memory.
static void *tuple_cell(struct heap *h, size_t bytes) {
    void *cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    if (!cell && counted_relieve(h))
        cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    counted_charge(h, bytes);
    return cell;
}

static struct heap_object *tuple_of(struct heap *h, void *cell, const struct heap_object *list) {
    struct heap_object *o = (void *)((char *)cell + COUNTED_PREFIX);
    size_t length = counted_length(list);
    counted_init_node(o, HEAP_NODE, length, 0);
    o->shape |= COUNTED_TUPLE | COUNTED_OUTSIDE;
    counted_born(h, length * sizeof(struct heap_object *));
    for (size_t i = 0; i < length; i++) {
        counted_node_slots(o)[i] = counted_slots(list)[i];
        counted_raise(h, counted_slots(list)[i]);
    }
    return o;
}

// As in PyList_AsTuple: the tuple is admitted, which may start a collection, before it is filled,
// and tracked afterwards.
int heap_new_tuple_slow(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t length = counted_length(list->object), bytes = tuple_cell_bytes(length);
    assert(length && length <= HEAP_MAX_SLOTS && "a tuple has an element");
    void *cell = tuple_cell(h, bytes);
    if (!cell)
        return ENOMEM;
    if (counted_admit_tuple(h, length)) {
        pool_free(&h->common.pool, cell, bytes);
        return ENOMEM;
    }
    struct heap_object *o = tuple_of(h, cell, list->object);
    counted_track_tuple(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

size_t heap_free_tuple_slow(struct heap *h, struct heap_object *o) {
    size_t slots = counted_node_length(o);
    counted_tell(h, o);
    pool_free(&h->common.pool, (char *)o - COUNTED_PREFIX, tuple_cell_bytes(slots));
    return slots * sizeof(struct heap_object *);
}
