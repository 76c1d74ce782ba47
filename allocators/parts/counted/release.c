// release.c - what dies when a count becomes 0, or when a list is truncated.

#include "cascade.h"

__attribute__((noinline)) size_t heap_free_node_slow(struct heap *h, struct heap_object *o) {
    if (COUNTED_TUPLES && counted_is_special(o)) { // that a collection has found to be garbage
        counted_collect_tuple(h, o);
        return heap_free_tuple_slow(h, o);
    }
    enum heap_kind kind = counted_kind(o);
    size_t slots = counted_node_length(o), bytes = counted_payload_bytes(o);
    counted_tell(h, o);
    pool_free_slow(&h->common.pool, (char *)o - counted_front(kind, bytes),
                   counted_cell_bytes(kind, slots, bytes));
    return slots * sizeof(void *) + bytes;
}

__attribute__((noinline)) static void counted_release_all(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_spread(h, &c, o);
    counted_finish(h, &c, 1);
}

// Free a short node, if it refers to nothing.
FAST bool counted_free_alone(struct heap *h, struct heap_object *o, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (counted_node_slots(o)[i])
            return false;
    struct counted_cascade c;
    counted_begin(&c);
    counted_free_short(h, &c, o, length);
    counted_finish(h, &c, 1);
    return true;
}

// Many objects die alone, for which a cascade would save a dozen registers.
void heap_release_slow(struct heap *h, struct heap_object *o) {
    size_t length = o->shape;
    if (length <= COUNTED_SHORT) {
        if (!counted_free_alone(h, o, length))
            counted_release_all(h, o);
    } else if (counted_is_atom(o)) {
        counted_release_atom(h, o);
    } else {
        length &= ~(size_t)COUNTED_OUTSIDE;
        if (length > COUNTED_SHORT || !counted_free_alone(h, o, length))
            counted_release_all(h, o);
    }
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
                counted_spread(h, &c, o);
        } else {
            HEAP_COUNT(c.spared++);
            if (counted_down(h, o))
                counted_zero(h, o);
        }
    }
    counted_finish(h, &c, 0);
}
