// external.c - atoms that own bytes outside of the heap, where objects have counts.

#include "heap.h"

// It is marked like an interned atom, so that its death is noticed on the same path.
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes) {
    counted_external(h, bytes);
    struct external_block *block = external_prepare(&h->common.external, bytes);
    if (!block && counted_relieve(h))
        block = external_prepare(&h->common.external, bytes);
    if (!block)
        return ENOMEM;
    if (heap_new_atom(h, dst, HEAP_EXTERNAL_PAYLOAD)) {
        external_cancel(block);
        return ENOMEM;
    }
    dst->object->shape |= COUNTED_INTERNED;
    external_attach(&h->common.external, block, dst->object);
    return 0;
}
