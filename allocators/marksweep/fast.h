// marksweep - a collection marks what registers reach; the rest is freed block by block, later.
//
// Idea: a stop-the-world, precise, non-moving mark-sweep collector. Small objects are cells of
//   equal size in blocks (blocks.h), large ones blocks of malloc (singles.h). When the heap has
//   grown to `growth` times what was live, a collection marks (mark.c); a block is swept when an
//   allocation wants one of its size, and a block without a marked cell is free for any size
//   without being looked at.
// Invariant: a cell is live when its mark is the epoch of the last collection, or none: allocated
//   since. Epochs alternate and marks are never cleared, so everything is swept before the next
//   collection starts.
// Cost in memory: 8 bytes of header per object, rounding to 8, 1/64 of a chunk for descriptors;
//   64 bytes for a list of one. With memory=malloc, 16 more per object.
// Cost in instructions (gcc 12 -O2, callgrind): 9 inlined for a node of 2 slots, as in nogc; 7 for
//   a store or a load, of which 3 tell a list from a node; there is no barrier. To mark a node of 2
//   slots 58 in a tree and 69 in a chain; to sweep a dead cell 7, a block without a live one none.
// Cost in time (ranges of medians on a shared 2.3 GHz Xeon, thread CPU time, gcc and clang): 32 B
//   of garbage 0.9 to 1.3 ns, beside 4e6 live bytes 5 to 7 ns, collections included; free cells
//   that lie singly between live ones 11 to 17 ns, sweeping included. A collection of 1e6 live
//   nodes of 2 slots 9 to 11 ns each in order, 17 to 22 as a shuffled tree, 180 to 200 as a
//   shuffled chain; of 1e6 nodes that are all garbage 0.01 ns each, and 1.5 to 1.8 for unmapping.
//   Trees of 131071 nodes take 0.4 to 0.8 of glibc's malloc and free in the same run.
// Cannot free: anything before the next collection, so up to (growth - 1) x live of garbage
//   floats; a block in which one cell lives. heap_freeze does nothing, regions are ignored.
// Source: McCarthy, "Recursive functions of symbolic expressions", CACM 3(4), 1960, section 4c,
//   is the first mark-sweep; Jones, Hosking, Moss, "The Garbage Collection Handbook", 2012,
//   chapter 2, has lazy sweeping and the prefetch queue, which is by Cher, Hosking, Vijaykumar,
//   ASPLOS 2004.
// Check: objects_visited are the live objects, summed over collections_gen2; objects_allocated
//   less objects_freed is exact after every collection, swept or not; the freed objects of all
//   pauses add up to objects_freed.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "blocks.h"
#include "mark.h"
#include "parts/plain/layout.h"
#include "parts/trigger.h"
#include "singles.h"

struct heap {
    struct block_class classes[BLOCK_CLASSES]; // indexed by cell size in units
    struct plain common;
    struct blocks blocks;
    struct singles singles;
    struct mark_stack mark_stack;
    size_t used_bytes;  // live at the last collection, or used up since
    struct trigger due; // a collection is, when used_bytes reaches its threshold
    bool all_single;    // memory=malloc
    bool enabled;
};

#define PLAIN_GUARDS 1
#define plain_open marksweep_open
#define plain_close marksweep_close
#define plain_room marksweep_room_slow
#define plain_external marksweep_external_slow

int marksweep_open(struct heap *h, const struct heap_config *config);
void marksweep_close(struct heap *h);
int marksweep_room_slow(struct heap *h);
void marksweep_external_slow(struct heap *h, size_t bytes);

#include "parts/plain/operations.h"

// The mark is two bits: 0 for an object allocated since the last collection, else one of two
// epochs, which collections use in turn.
enum marksweep_flag {
    MARK_EPOCH_ONE = PLAIN_OWN_FLAG,
    MARK_EPOCH_TWO = PLAIN_OWN_FLAG << 1,
    MARK_EPOCHS = MARK_EPOCH_ONE | MARK_EPOCH_TWO,
    MARK_SINGLE = PLAIN_OWN_FLAG << 2, // a block of malloc of its own: singles.h
    MARK_GREY = PLAIN_OWN_FLAG << 3,   // marked, but its references wait to be followed: mark.c
};

// array_of - the header of a list's array, which lies before its items; the list has items.
static inline struct heap_object *array_of(const struct plain_list *list) {
    return (struct heap_object *)list->items - 1;
}

// marksweep_new_slow, marksweep_list_slow - the same, when the bump pointer does not serve: the
// object is large, or every one is single, or the run is used up. May collect.
// return the object, NULL when there is no memory: with an error to pass on, gcc spends 4
// instructions more in each turn of a loop that allocates.
struct heap_object *marksweep_new_slow(struct heap *h, enum heap_kind kind, size_t slots,
                                       size_t bytes);
struct heap_object *marksweep_list_slow(struct heap *h);

// marksweep_bump - *p = a cell of this size from the run at hand; false when that is used up.
FAST bool marksweep_bump(struct heap *h, size_t cell_bytes, void **p) {
    if (__builtin_expect(cell_bytes > BLOCK_SMALL_BYTES, 0))
        return false;
    struct block_class *c = &h->classes[cell_bytes / BLOCK_UNIT];
    if (__builtin_expect(c->next == c->end, 0))
        return false;
    *p = c->next;
    c->next += cell_bytes;
    return true;
}

FAST int marksweep_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                       size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!marksweep_bump(h, plain_node_bytes(slots, bytes), &p))
        return plain_made(dst, marksweep_new_slow(h, kind, slots, bytes));
    plain_born(h, slots * sizeof(void *) + bytes);
    dst->object = plain_init_node(p, kind, slots, bytes);
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return marksweep_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return marksweep_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!marksweep_bump(h, sizeof(struct plain_list), &p))
        return plain_made(dst, marksweep_list_slow(h));
    plain_born(h, 0);
    dst->object = plain_init_list(p);
    return 0;
}

#include "parts/without/regions.h"

#endif
