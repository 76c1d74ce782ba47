// rigid.c - nodes that are laid out as lists: tuples, where a collection may untrack them.

#include "heap.h"

static size_t rigid_cell_bytes(size_t slots) {
    return COUNTED_LIST_BYTES + slots * sizeof(struct heap_object *);
}

// A cell of the pool; NULL: no memory.
static void *rigid_cell(struct heap *h, size_t slots) {
    size_t bytes = rigid_cell_bytes(slots);
    void *cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    if (!cell && counted_relieve(h))
        cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    counted_charge(h, bytes);
    return cell;
}

// Its slots are not cleared.
static struct counted_list *rigid_node(struct heap *h, void *cell, size_t slots) {
    struct counted_list *node = (void *)((char *)cell + COUNTED_PREFIX);
    counted_born(h, slots * sizeof(struct heap_object *));
    counted_init_list(&node->object);
    node->object.shape = COUNTED_RIGID_SHAPE;
    node->items = (struct heap_object **)(node + 1);
    node->length = node->capacity = (uint32_t)slots;
    return node;
}

// As in PyList_AsTuple: the tuple is admitted, which may start a collection, before it is filled,
// and tracked afterwards.
int heap_new_tuple_slow(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t length = counted_length(list->object);
    assert(length && length <= HEAP_MAX_SLOTS && "a tuple has an element");
    void *cell = rigid_cell(h, length);
    if (!cell)
        return ENOMEM;
    if (counted_admit_tuple(h, length)) {
        pool_free(&h->common.pool, cell, rigid_cell_bytes(length));
        return ENOMEM;
    }
    struct counted_list *tuple = rigid_node(h, cell, length);
    struct heap_object **items = counted_slots(list->object);
    for (size_t i = 0; i < length; i++) {
        tuple->items[i] = items[i];
        counted_raise(h, items[i]);
    }
    counted_track_tuple(h, &tuple->object);
    counted_set_new(h, &dst->object, &tuple->object);
    return 0;
}

size_t heap_free_rigid_slow(struct heap *h, struct heap_object *o, bool untracked) {
    size_t slots = counted_list(o)->length;
    counted_bury_tuple(h, o, untracked);
    pool_free(&h->common.pool, (char *)o - COUNTED_PREFIX, rigid_cell_bytes(slots));
    return slots * sizeof(struct heap_object *);
}
