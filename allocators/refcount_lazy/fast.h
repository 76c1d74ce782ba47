// refcount_lazy - reference counting that frees a little at a time, after Weizenbaum.
//
// Idea: a container that loses its last reference is not freed then, with all that it alone kept
//   alive, but put on a stack of dead ones. Each allocation takes some of that up: as many
//   references of dead objects are given up as the mutator has taken since the last time, and
//   `release_budget` more, which may put more objects there. So no operation is held up by the size
//   of what it lets go, and what is dead cannot grow faster than it is freed.
// Representation: the stack has as many bytes of addresses as memory is held, and 24 MB more, so that it
//   never has to grow when something dies; like the register stack it is in no limit and no counter. It
//   takes 8 bytes for each object that waits. An object that waits has the count
//   COUNTED_FOREVER; nothing refers to it. A list gives up its elements from the end, and stays on
//   the stack, below what dies by it, until it has none; a node gives up all its slots at once. So
//   the stack is as deep as what is dead is, not as wide.
// Invariants: every object either has a count of at least 1 or is on the stack exactly once,
//   unreferenced. Objects on the stack still hold counts on what they refer to, so a count may
//   include references of dead objects.
// Bounds: beside what it makes good, an allocation, or the growth of a list, gives up
//   release_budget references, or those of one node when it has more (HEAP_MAX_SLOTS).
//   heap_truncate and heap_leave lower as many counts as they drop. Before memory is refused
//   everything that waits is freed.
//
// Cost: 8 bytes per object, 24 and the array per list, 8 while it waits. Instructions (gcc 12 -O2,
//   callgrind) against refcount: a node that takes the place of one that dies 208 instead of 55,
//   since every allocation after a death takes the slow path; a node of binary_trees, built, walked
//   and dropped, 231 instead of 156; of cycles without cycles 251 instead of 184; mutable_list 10 %
//   more. Load, store and copy one more than there, for `due`. A chain of 1e6 that is dropped holds
//   up no step of 100 allocations for more than 0.13 ms, where refcount takes 150 ms (shuffled);
//   nor do the chunks of the pool that its last nodes empty, of which an eighth of one goes back in 32
//   slow allocations (12 us): the longest step is 0.11 to 0.19 ms, 0.16 to 0.25 when a chunk goes at once, 2.6 to
//   8.5 when all do.
// Cannot free cycles; see refcount. Cannot say how many references an object has: heap_refcount is
//   -1, since the count includes those of dead objects.
// Source: Weizenbaum, "Symmetric list processor", CACM 6(9), 1963, p. 524-536: what is erased goes
//   to the free list whole, and what it refers to is erased when it is used again. Here cells are
//   not all of one size, so they are given up before they are used again, by a budget.
// Check: objects_collected is what heap_collect freed, whose pauses are the only ones, unless
//   release_budget is large enough to free 256 objects at once; cascade_longest says how many.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/layout.h"

struct heap {
    struct heap_object **dead, **top; // the stack: its start, and where the next entry goes
    struct counted common;
    size_t release_budget; // see the tunable
    size_t due;            // references taken since some were last given up
    uint32_t patience;     // allocations until an empty chunk may go back; see heap_catch_up_slow
};

#define COUNTED_PROMPT 0
#define counted_up lazy_up
#define counted_zero lazy_zero
#define counted_ready lazy_ready
#define counted_admit lazy_admit
#define counted_relieve lazy_relieve
#define counted_charge lazy_charge
#define counted_open lazy_open
#define counted_drain lazy_drain
#define counted_close lazy_close
#define counted_check lazy_check
#define counted_enumerate lazy_enumerate

int lazy_open(struct heap *h, const struct heap_config *config);
void lazy_drain(struct heap *h);
void lazy_close(struct heap *h);
const char *lazy_check(struct heap *h);
void lazy_enumerate(struct heap *h, counted_visit *visit, void *audit);

// heap_catch_up_slow - give up as many references as an allocation has to, and now and then a chunk.
// heap_release_atom_slow - free an atom that nothing refers to.
// heap_drain_slow - give up at least this many references of dead objects, or all there are.
// Returns how many objects were freed.
// heap_give_back_slow - free all that waits, and let go of all memory that is not worth keeping.
// Likewise.
void heap_catch_up_slow(struct heap *h);
void heap_release_atom_slow(struct heap *h, struct heap_object *o);
uint64_t heap_drain_slow(struct heap *h, size_t references);
uint64_t heap_give_back_slow(struct heap *h);

FAST void lazy_up(struct heap *h, struct heap_object *o) {
    o->count++;
    h->due++;
}

// What was taken while nothing was dead needs not be made good.
FAST void lazy_zero(struct heap *h, struct heap_object *o) {
    if (counted_is_atom(o)) {
        heap_release_atom_slow(h, o);
        return;
    }
    if (h->top == h->dead)
        h->due = 0;
    o->count = COUNTED_FOREVER;
    *h->top++ = o;
}

FAST bool lazy_relieve(struct heap *h) {
    size_t held_bytes = h->common.memory.held_bytes;
    return heap_give_back_slow(h) > 0 || h->common.memory.held_bytes < held_bytes;
}

FAST void lazy_charge(struct heap *h, size_t bytes) {
    (void)bytes;
    if (h->top != h->dead)
        heap_catch_up_slow(h);
}

FAST bool lazy_ready(struct heap *h, enum heap_kind kind) {
    (void)kind;
    return h->top == h->dead;
}

FAST int lazy_admit(struct heap *h, enum heap_kind kind) {
    (void)kind;
    if (h->top != h->dead)
        heap_catch_up_slow(h);
    return 0;
}

#include "parts/counted/operations.h"

#endif
