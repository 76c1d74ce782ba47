// counted_release.h - heap_release_slow of parts/counted_prompt.h. Included once, by the strategy's
// slow.c behind counted_slow.h.

#ifndef HEAPBENCH_COUNTED_RELEASE_H
#define HEAPBENCH_COUNTED_RELEASE_H

#include "parts/counted_slow.h"

// Whether o is an atom, or a short node without references.
FAST bool counted_is_alone(const struct heap_object *o) {
    size_t length = counted_node_length(o);
    if (length > COUNTED_SHORT)
        return false;
    for (size_t i = 0; i < length; i++)
        if (counted_node_slots(o)[i])
            return false;
    return true;
}

__attribute__((noinline)) static void counted_release_all(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_cascade(h, &c, o);
    counted_finish(h, &c, 1);
}

// Many objects die alone, for which a cascade would save a dozen registers.
void heap_release_slow(struct heap *h, struct heap_object *o) {
    if (!counted_is_alone(o)) {
        counted_release_all(h, o);
        return;
    }
    struct counted_cascade c;
    counted_begin(&c);
    if (counted_kind(o) == HEAP_ATOM)
        counted_free_atom(h, &c, o);
    else
        counted_free_short(h, &c, o, counted_node_length(o));
    counted_finish(h, &c, 1);
}

#endif
