// must.h - what cannot be NULL: a driver that gets no few bytes cannot go on. Records saved before
// stay saved.

#ifndef HEAPBENCH_MUST_H
#define HEAPBENCH_MUST_H

#include <stdio.h>
#include <stdlib.h>

// must - p, or the end of the program (exit 1, one line) when it is NULL.
static inline void *must(void *p) {
    if (!p) {
        fputs("heapbench: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

#endif
