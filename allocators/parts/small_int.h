// small_int.h - the small ints, which heap_new makes and heap_small_int gives out, for a layer's
// layout.h, which has defined struct heap_object.

#ifndef HEAPBENCH_SMALL_INT_H
#define HEAPBENCH_SMALL_INT_H

enum { SMALL_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1 };

// What a strategy keeps in front of every object, with a semicolon.
#ifndef SMALL_INT_FRONT
#define SMALL_INT_FRONT
#endif

struct small_int {
    SMALL_INT_FRONT
    struct heap_object object;
    int64_t value; // where the payload of an atom is
};

#endif
