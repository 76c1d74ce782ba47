// dicts.h - heap_new_dict and heap_put, for strategies to which a dict is a node like every other. Included by
// fast.h, after the operations of nodes.

#ifndef HEAPBENCH_WITHOUT_DICTS_H
#define HEAPBENCH_WITHOUT_DICTS_H

FAST int heap_new_dict(struct heap *h, struct heap_reg *dst, size_t slots) {
    assert(slots && "a dict has a slot");
    return heap_new_node(h, dst, slots, 0);
}

FAST int heap_put(struct heap *h, const struct heap_reg *dict, size_t i,
                  const struct heap_reg *src) {
    heap_store(h, dict, i, src);
    return 0;
}

#endif
