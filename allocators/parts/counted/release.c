// release.c - what dies when a count becomes 0, or when a list is truncated.

#include "cascade.h"

__attribute__((noinline)) size_t heap_free_node_slow(struct heap *h, struct heap_object *o) {
    if (COUNTED_TUPLES && counted_is_tuple(o)) { // that a collection has found to be garbage
        counted_collect_tuple(h, o);
        return heap_free_tuple_slow(h, o);
    }
    enum heap_kind kind = counted_kind(o);
    size_t slots = counted_node_length(o), bytes = counted_payload_bytes(o);
    pool_free_slow(&h->common.pool, (char *)o - counted_front(kind, bytes),
                   counted_cell_bytes(kind, slots, bytes));
    return slots * sizeof(void *) + bytes;
}

// Whether o is an atom, or a short node without references, in a block of the pool.
FAST bool counted_is_alone(const struct heap_object *o) {
    if (counted_is_atom(o))
        return true;
    size_t length = o->shape;
    if (length > COUNTED_SHORT)
        return false;
    for (size_t i = 0; i < length; i++)
        if (counted_node_slots(o)[i])
            return false;
    return true;
}

__attribute__((noinline)) static void counted_release_all(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_cascade(h, &c, o);
    counted_finish(h, &c, 1);
}

// Many objects die alone, for which a cascade would save a dozen registers.
void heap_release_slow(struct heap *h, struct heap_object *o) {
    if (!counted_is_alone(o)) {
        counted_release_all(h, o);
        return;
    }
    struct counted_cascade c;
    counted_begin(&c);
    if (counted_is_atom(o))
        counted_free_atom(h, &c, o);
    else
        counted_free_short(h, &c, o, counted_node_length(o));
    counted_finish(h, &c, 1);
}

void heap_truncate_slow(struct heap *h, struct counted_list *list, size_t length) {
    struct counted_cascade c;
    counted_begin(&c);
    while (list->length > length) {
        struct heap_object *o = list->items[--list->length];
        if (list->length >= length + COUNTED_PREFETCH)
            __builtin_prefetch(list->items[list->length - COUNTED_PREFETCH], 1);
        if (!o)
            continue;
        if (COUNTED_PROMPT) {
            if (counted_drop(h, &c, o))
                counted_cascade(h, &c, o);
        } else {
            HEAP_COUNT(c.spared++);
            if (counted_down(h, o))
                counted_zero(h, o);
        }
    }
    counted_finish(h, &c, 0);
}
