// semispace - a collection copies what registers reach into fresh memory and forgets the rest.
//
// Idea: objects are laid one after the other in chunks (space.h). When the space has grown to
//   `growth` times what was live, what is live is copied into other chunks, breadth first, and the
//   old ones are free as a whole: garbage costs nothing, and what was linked at random lies in the
//   order of its references afterwards. Large items stay where they are (large.h).
// Invariant: the free chunks suffice to copy everything in the space, so a collection asks for no
//   memory and cannot fail half way. At every collection every object moves, but for small ints and
//   large ones, and nothing but registers and slots knows where it is.
// Cost in memory: 8 bytes of header per object, 24 per list, 8 per array: 64 bytes for a list of
//   one. Resident, and counted as held, are (growth + 1) x live: at the end of a collection both
//   the full space and the copies are there, since breadth first no chunk is known to be done with
//   before. So it cannot hold 2 x live, whatever growth is: at 2 it is 3, at 1.25 still 2.25. The
//   rest of a copy of everything is reserved: no pages, but it counts towards the heap limit, of
//   which the live objects can therefore use half, less a chunk. What a list has outgrown is
//   garbage like any other.
// Cost in instructions (gcc 12 -O2, callgrind): 9 inlined for a node of 2 slots, as in nogc; 2
//   more than there for an atom of unknown size, which may be large; 7 for a store or a load, of
//   which 3 tell a list from a node; no barrier. To copy a node of 2 slots 106 in a tree, 111 in a
//   chain.
// Cost in time (medians of 5 on a shared 2.6 GHz EPYC, thread CPU time, gcc and clang): 32 B of
//   garbage 1.0 to 1.4 ns, collections included. A collection of 1e6 live nodes of 2 slots: a tree
//   4.7 to 5.5 ns each where the last collection left it, 17 shuffled; a chain 5.6 to 7 and 190 to
//   200. Into memory used for the first time 10 ns more.
// Cannot free: anything before the next collection, so up to (growth - 1) x live of garbage floats.
//   heap_freeze does nothing, regions are ignored.
// Source: Cheney, "A nonrecursive list compacting algorithm", CACM 13(11), 1970, pages 677-678.
// Check: objects_visited are the live objects, summed over collections_gen2; objects_allocated less
//   objects_freed is exact after each; memory_bytes follows the resident set; heap_identity of an
//   object that is not large changes at each.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "large.h"
#include "parts/plain/layout.h"
#include "parts/trigger.h"
#include "space.h"

struct heap {
    uintptr_t next, end; // items may be laid here; at most to the end of the newest chunk
    struct plain common;
    struct space space;
    struct large large;
    struct trigger due; // a collection is, when space and large items would pass its threshold
    // Up to this size the bump pointer serves unasked: the threshold; or more, where it is too
    // early.
    size_t unasked_bytes;
    // A collection is due when it is all larger, with what is outside, if that counts.
    size_t external_bytes;
    bool enabled;
};

#define PLAIN_GUARDS 1
#define plain_open semispace_open
#define plain_close semispace_close
#define plain_room semispace_room_slow
#define plain_external semispace_external_slow
#define plain_unused semispace_unused

int semispace_open(struct heap *h, const struct heap_config *config);
void semispace_close(struct heap *h);
int semispace_room_slow(struct heap *h);
void semispace_external_slow(struct heap *h, size_t bytes);
uint64_t semispace_unused(const struct heap *h);

#include "parts/plain/operations.h"

enum semispace_flag {
    SEMISPACE_LARGE = PLAIN_OWN_FLAG,      // large.h
    SEMISPACE_EPOCH = PLAIN_OWN_FLAG << 1, // of a large item
    SEMISPACE_MOVED = 1 << 7,              // only during a collection; see collect.c
};

// Where a heap_object has its kind, the array of a list has this. Its size is its slots.
enum { SEMISPACE_ARRAY = HEAP_LIST + 1 };

static inline size_t semispace_array_bytes(size_t slots) {
    return sizeof(struct heap_object) + slots * sizeof(struct heap_object *);
}

// semispace_array - the array of a list that has one.
static inline struct heap_object *semispace_array(const struct plain_list *list) {
    return (struct heap_object *)(void *)list->items - 1;
}

// semispace_item_bytes - what an object or array occupies.
static inline size_t semispace_item_bytes(const struct heap_object *item) {
    if (__builtin_expect(item->kind < HEAP_LIST, 1))
        return plain_node_bytes(item->slots, item->size);
    return item->kind == HEAP_LIST ? sizeof(struct plain_list) : semispace_array_bytes(item->size);
}

// semispace_new_slow, semispace_list_slow - the same, when the bump pointer does not serve: the
// object is large, the chunk full, or a collection due.
// return the object, NULL when there is no memory: with an error to pass on, gcc spends 4
// instructions more in each turn of a loop that allocates.
struct heap_object *semispace_new_slow(struct heap *h, enum heap_kind kind, size_t slots,
                                       size_t bytes);
struct heap_object *semispace_list_slow(struct heap *h);

// semispace_bump - *p = memory for an item; false when that takes more than a bump.
FAST bool semispace_bump(struct heap *h, size_t bytes, void **p) {
    uintptr_t start = h->next, next = start + bytes;
    if (__builtin_expect(next > h->end || bytes > SPACE_LARGEST_BYTES, 0))
        return false;
    h->next = next;
    *p = (void *)start;
    poison_fresh(*p, bytes);
    return true;
}

FAST int semispace_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                       size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!semispace_bump(h, plain_node_bytes(slots, bytes), &p))
        return plain_made(dst, semispace_new_slow(h, kind, slots, bytes));
    plain_born(h, slots * sizeof(void *) + bytes);
    dst->object = plain_init_node(p, kind, slots, bytes);
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return semispace_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return semispace_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!semispace_bump(h, sizeof(struct plain_list), &p))
        return plain_made(dst, semispace_list_slow(h));
    plain_born(h, 0);
    dst->object = plain_init_list(p);
    return 0;
}

#include "parts/without/regions.h"

#endif
