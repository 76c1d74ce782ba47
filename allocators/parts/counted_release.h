// counted_release.h - heap_release_slow of parts/counted_prompt.h. Included once, by the strategy's
// slow.c behind counted_slow.h.

#ifndef HEAPBENCH_COUNTED_RELEASE_H
#define HEAPBENCH_COUNTED_RELEASE_H

#include "parts/counted_slow.h"

void heap_release_slow(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_cascade(h, &c, o);
    counted_finish(h, &c, 1);
}

#endif
