// external.c - atoms that own bytes outside of the heap, where objects have no counts.

#include "heap.h"

int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes) {
    plain_external(h, bytes);
    struct external_block *block = external_prepare(&h->common.external, bytes);
    if (!block)
        return ENOMEM;
    if (heap_new_atom(h, dst, HEAP_EXTERNAL_PAYLOAD)) {
        external_cancel(block);
        return ENOMEM;
    }
    plain_owns(h, dst->object);
    external_attach(&h->common.external, block, dst->object);
    return 0;
}
