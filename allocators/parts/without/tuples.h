// tuples.h - heap_new_tuple, for strategies to which a tuple is a node like every other. Included
// by fast.h, after the operations of nodes and lists.

#ifndef HEAPBENCH_WITHOUT_TUPLES_H
#define HEAPBENCH_WITHOUT_TUPLES_H

// It is complete before dst, which may be the list, is given up.
FAST int heap_new_tuple(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    size_t length = heap_length(h, list);
    assert(length && length <= HEAP_MAX_SLOTS && "a tuple has an element");
    struct heap_reg *own = heap_enter(h, 2);
    int error = own ? heap_new_node(h, &own[0], length, 0) : ENOMEM;
    for (size_t i = 0; i < length && !error; i++) {
        heap_load(h, &own[1], list, i);
        heap_store(h, &own[0], i, &own[1]);
    }
    if (!error)
        heap_copy(h, dst, &own[0]);
    if (own)
        heap_leave(h);
    return error;
}

#endif
