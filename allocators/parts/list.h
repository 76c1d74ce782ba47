// list.h - how long a list's array becomes: CPython's growth pattern, for every strategy.
//
// Source: list_resize in Objects/listobject.c, CPython 3.9 to 3.14: growth by an eighth plus six,
// rounded down to a multiple of four: 0, 4, 8, 16, 24, 32, 40, 52, 64, 76 ...

#ifndef HEAPBENCH_LIST_H
#define HEAPBENCH_LIST_H

#include <stdbool.h>
#include <stddef.h>

// list_fits - whether a list of this capacity takes the length without a new array: it is long
// enough, and at least half of it stays in use.
static inline bool list_fits(size_t capacity, size_t length) {
    return length <= capacity && length >= capacity / 2;
}

// list_capacity - slots of the array that replaces one that does not fit.
//   old_length  the length before; a jump that outruns the pattern gets what it needs, rounded up
//               to 4
static inline size_t list_capacity(size_t old_length, size_t length) {
    if (length == 0)
        return 0;
    size_t capacity = (length + (length >> 3) + 6) & ~(size_t)3;
    if (length > old_length && length - old_length > capacity - length)
        capacity = (length + 3) & ~(size_t)3;
    return capacity;
}

#endif
