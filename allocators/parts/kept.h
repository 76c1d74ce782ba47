// kept.h - interned atoms that stay alive although nothing refers to them: the newest, or all.
//
// They are the elements of a list, an object of the heap like any other, in a register of a frame
// below all others. So every strategy keeps them, moves and verifies them, and a collection that
// visits all that is reachable visits them too, as it would the table itself. With nothing to keep
// there is neither frame nor list. What is done with it is in keep.h.

#ifndef HEAPBENCH_KEPT_H
#define HEAPBENCH_KEPT_H

#include <stdbool.h>
#include <stddef.h>

// most: atoms to keep; 0: none. next: the element for the next one; ready: whether it is there.
struct kept {
    struct heap_reg *list;
    size_t most, next;
    bool ready;
};

#endif
