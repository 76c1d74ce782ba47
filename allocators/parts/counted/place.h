// place.h - for strategies that keep containers in an array: what lies in front of a container's
// header.

#ifndef HEAPBENCH_COUNTED_PLACE_H
#define HEAPBENCH_COUNTED_PLACE_H

#include "layout.h"

union counted_place {
    struct {
        uint32_t index;    // in the array, from 1 on; 0: it is not there
        uint32_t internal; // within a collection, see partition.h; else 0
    };
    uint64_t index_alone; // both, internal being 0
};
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "index is the low half of both");

FAST union counted_place *counted_place(const struct heap_object *o) {
    assert(!counted_is_atom(o));
    return (union counted_place *)(uintptr_t)o - 1;
}

#endif
