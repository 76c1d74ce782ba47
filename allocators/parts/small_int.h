// small_int.h - the small ints, which heap_new makes and heap_small_int gives out, for a layer's
// layout.h, which has defined struct heap_object.

#ifndef HEAPBENCH_SMALL_INT_H
#define HEAPBENCH_SMALL_INT_H

enum { SMALL_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 };

struct small_int {
    struct heap_object object;
    int64_t value; // where the payload of an atom is
};

#endif
