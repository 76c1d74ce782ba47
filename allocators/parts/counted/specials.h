// specials.h - tuples and dicts where objects have counts: something of their own, or nodes. Included by
// operations.h, after the operations of nodes and lists.

#ifndef HEAPBENCH_COUNTED_SPECIALS_H
#define HEAPBENCH_COUNTED_SPECIALS_H

#if COUNTED_TUPLES
FAST int heap_new_tuple(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    HEAP_SAFEPOINT(h);
    return heap_new_tuple_slow(h, dst, list);
}
#else
// It is complete before dst, which may be the list, is given up. No reference is taken for the way there.
FAST int heap_new_tuple(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t length = counted_length(list->object);
    assert(length && length <= HEAP_MAX_SLOTS && "a tuple has an element");
    struct heap_reg *own = heap_enter(h, 1);
    int error = own ? heap_new_node(h, own, length, 0) : ENOMEM;
    for (size_t i = 0; i < length && !error; i++)
        counted_assign(h, &counted_slots(own->object)[i], counted_slots(list->object)[i]);
    struct heap_object *tuple = own ? own->object : NULL;
    if (own) {
        own->object = NULL;
        heap_leave(h);
    }
    if (!error && COUNTED_REGISTERS)
        counted_move(h, &dst->object, tuple);
    else if (!error)
        dst->object = tuple;
    return error;
}
#endif

#if COUNTED_DICTS
FAST int heap_new_dict(struct heap *h, struct heap_reg *dst, size_t slots) {
    HEAP_SAFEPOINT(h);
    return heap_new_dict_slow(h, dst, slots);
}

FAST int heap_put(struct heap *h, const struct heap_reg *dict, size_t i,
                  const struct heap_reg *src) {
    return heap_put_slow(h, dict->object, i, src->object);
}
#else
#include "parts/without/dicts.h"
#endif

#endif
