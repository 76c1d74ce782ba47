// tuple.c - tuples and dicts, where a collection may untrack them.

#include "heap.h"

// In front of a dict's header is a wide word which says that it has no payload, and by which it is known.
static size_t dict_front(bool dict) {
    return dict ? sizeof(uint64_t) : 0;
}

static size_t special_bytes(size_t slots, bool dict) {
    return dict_front(dict) + counted_cell_bytes(HEAP_NODE, slots, 0);
}

// A cell of the pool for one that has been admitted; NULL: no memory.
static void *special_cell(struct heap *h, size_t slots, bool dict) {
    size_t bytes = special_bytes(slots, dict);
    void *cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    if (!cell && counted_relieve(h))
        cell = pool_alloc(&h->common.pool, POOL_OBJECTS, bytes);
    counted_charge(h, bytes);
    if (!cell || !counted_admit_tuple(h, dict ? 0 : slots))
        return cell;
    pool_free(&h->common.pool, cell, bytes);
    return NULL;
}

static struct heap_object *special_init(struct heap *h, void *cell, size_t slots, bool dict) {
    struct heap_object *o = (void *)((char *)cell + dict_front(dict) + COUNTED_PREFIX);
    counted_init_node(o, HEAP_NODE, slots, dict ? COUNTED_WIDE : 0);
    o->shape |= COUNTED_TUPLE | COUNTED_OUTSIDE;
    counted_born(h, slots * sizeof(struct heap_object *));
    if (dict)
        *counted_wide_word(o) = 0;
    return o;
}

// As in PyList_AsTuple: the tuple is admitted, which may start a collection, before it is filled,
// and tracked afterwards.
int heap_new_tuple_slow(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t length = counted_length(list->object);
    assert(length && length <= HEAP_MAX_SLOTS && "a tuple has an element");
    void *cell = special_cell(h, length, false);
    if (!cell)
        return ENOMEM;
    struct heap_object *o = special_init(h, cell, length, false);
    for (size_t i = 0; i < length; i++) {
        counted_node_slots(o)[i] = counted_slots(list->object)[i];
        counted_raise(h, counted_node_slots(o)[i]);
    }
    counted_track_tuple(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

int heap_new_dict_slow(struct heap *h, struct heap_reg *dst, size_t slots) {
    assert(slots && slots <= HEAP_MAX_SLOTS && "a dict has a slot");
    void *cell = special_cell(h, slots, true);
    if (!cell)
        return ENOMEM;
    struct heap_object *o = special_init(h, cell, slots, true);
    counted_track_tuple(h, o);
    counted_set_new(h, &dst->object, o);
    return 0;
}

int heap_put_slow(struct heap *h, struct heap_object *dict, size_t i, struct heap_object *o) {
    assert(COUNTED_DICTS && counted_is_dict(dict) && i < counted_node_length(dict));
    if (counted_put(h, dict, o))
        return ENOMEM;
    counted_assign(h, &counted_node_slots(dict)[i], o);
    return 0;
}

size_t heap_free_tuple_slow(struct heap *h, struct heap_object *o) {
    size_t slots = counted_node_length(o);
    counted_tell(h, o);
    bool dict = counted_is_dict(o);
    pool_free(&h->common.pool, (char *)o - COUNTED_PREFIX - dict_front(dict),
              special_bytes(slots, dict));
    return slots * sizeof(struct heap_object *);
}
