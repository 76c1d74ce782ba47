// boehm - the Boehm-Demers-Weiser collector: marks conservatively, sweeps lazily, as used in
// production.
//
// Idea: objects are cells of libgc. They are taken from free lists that the heap owns and libgc
// refills a block at a time, which is how its own thread-local allocation works. The roots are the
// register stack and nothing else: no static data, no C stack.
// Invariants: a cell on a free list is unmarked and of all zeros after its link, so lists are
//   simply forgotten when a collection ends, and it reclaims them. The topmost byte of an object's
//   header is the heap's number, which is not 0; that byte is 0 in free cells and arrays of lists,
//   whose first word is an address or empty. (Of 32-bit words it takes two to a header, so there
//   an array may be counted as an object if its second slot's address begins with the number.) A
//   list's slots after its length are empty, since they are marked from.
// As its documentation advises: free lists taken from inline (gc_inline.h), atoms never searched
//   (GC_malloc_atomic's kind), of large nodes the slots alone, no interior pointers; one marker, as
//   the others mark with one thread; a collection by hand is GC_gcollect. Its own defaults decide
//   when to collect.
// Cost: 8 bytes of header per object, rounded up to 16. Instructions (gcc 12 -O2, callgrind): 9
//   inlined for a node of 2 slots, 7 for a load or a store, of which 3 tell a list from a node; 112
//   for each live node of 2 slots in a full collection, without sweeping. In incremental mode
//   stores may fault, once per page and collection.
// Cannot free what a word that is no reference seems to refer to: payload of a node (not of an
//   atom), and in incremental mode a few words of libgc's own stack frames.
// Guarded objects have finalizers (GC_register_finalizer_no_order), which run when the program
//   takes one (GC_set_finalize_on_demand, GC_invoke_finalizers).
// Source: libgc 8.2 (Debian), gc_inline.h and gc_mark.h; Boehm and Weiser, "Garbage collection in
//   an uncooperative environment", Software Practice and Experience 18(9), 1988.
// Check: objects allocated less those freed are the cells that libgc left marked; they are counted
//   when somebody asks (heap_read_counters). Objects and edges visited are unknown: libgc does not
//   tell, and to count either would cost a tenth of its marking.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include <gc/gc_tiny_fl.h>
#include <pthread.h>

#include "parts/plain/layout.h"

// Whether libgc looks for references in a cell; also its numbers for these two kinds of cells.
enum boehm_kind { BOEHM_BLIND, BOEHM_TRACED, BOEHM_KINDS };

struct heap {
    void *cells[BOEHM_KINDS][GC_TINY_FREELISTS]; // free lists; indexed by size in granules
    struct plain common; // its memory is what is held beside libgc's; limit and faults are for both
    struct heap *next;   // in the list of open heaps
    size_t limit_bytes;
    // When the last marking ended: what had been allocated. Since then: growth of the lists that it
    // found, and shrinking of newer ones. Only while its survivors have not been counted.
    uint64_t objects_then, bytes_then, bytes_since;
    bool uncounted;         // never, in a build that does not count
    uint64_t number_header; // a header that holds the number alone
    uint8_t number; // 1 .. BOEHM_HEAPS, and not that of another open heap, in place among the flags
    bool enabled, pausing;
    bool closing;    // nothing is handed back any more
    bool registered; // this heap has made its thread known to libgc
    pthread_t thread;
};

#define PLAIN_GUARDS 1
#define plain_drop boehm_drop
#define plain_room boehm_room_slow
#define plain_guard boehm_guard_slow
#define plain_waits boehm_waits
#define plain_open boehm_open
#define plain_close boehm_close
#define plain_settle boehm_settle

int boehm_room_slow(struct heap *h);
int boehm_guard_slow(struct heap *h, struct heap_object *o);
FAST bool boehm_waits(struct heap *h);
int boehm_open(struct heap *h, const struct heap_config *config);
void boehm_close(struct heap *h);
void boehm_settle(struct heap *h);

// Slots after a list's length are empty, since they are marked from.
FAST void boehm_drop(struct heap *h, struct plain_list *list, size_t length) {
    (void)h;
    for (size_t i = length; i < list->object.size; i++)
        list->items[i] = NULL;
}

#include "parts/plain/operations.h"

enum {
    BOEHM_NUMBER_SHIFT = 2, // past the flags of every plain object
    BOEHM_HEAPS = 62,       // at a time; all bits set are libgc's, see collect.c
};
_Static_assert(sizeof(struct heap_object) == sizeof(uint64_t), "a header is one word");
_Static_assert(PLAIN_OWN_FLAG == 1 << BOEHM_NUMBER_SHIFT, "the number follows the flags");

// boehm_waits_slow - whether libgc has found a guarded object dead, which waits from now on.
bool boehm_waits_slow(struct heap *h);

FAST bool boehm_waits(struct heap *h) {
    if (guards_any(&h->common.guards))
        return true;
    return h->common.guards.guarded && boehm_waits_slow(h);
}

// boehm_alloc_slow - the same as boehm_alloc, with a free list refilled or a large cell. May
// collect.
void *boehm_alloc_slow(struct heap *h, size_t slots, size_t bytes);

// boehm_alloc - a cell of at least this size. One with slots is all zeros but for its first word,
// or, when it is large, in these slots only, which follow the header. NULL: no memory.
FAST void *boehm_alloc(struct heap *h, size_t slots, size_t bytes) {
    size_t granules = (bytes + GC_GRANULE_BYTES - 1) / GC_GRANULE_BYTES;
    if (__builtin_expect(granules >= GC_TINY_FREELISTS, 0))
        return boehm_alloc_slow(h, slots, bytes);
    void **list = &h->cells[slots ? BOEHM_TRACED : BOEHM_BLIND][granules];
    void *cell = *list;
    if (__builtin_expect(!cell, 0))
        return boehm_alloc_slow(h, slots, bytes);
    *list = *(void **)cell;
    return cell;
}

// boehm_set_header - as one store: of its parts, all but the number are constants as a rule.
FAST void boehm_set_header(const struct heap *h, struct heap_object *o, enum heap_kind kind,
                           size_t slots, size_t bytes) {
    const struct heap_object known = {
        .size = (uint32_t)bytes, .slots = (uint16_t)slots, .kind = (uint8_t)kind};
    uint64_t header;
    memcpy(&header, &known, sizeof header);
    header |= h->number_header;
    memcpy(o, &header, sizeof header);
}

FAST int boehm_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                   size_t bytes) {
    assert(slots <= HEAP_MAX_SLOTS && bytes <= HEAP_MAX_PAYLOAD_BYTES);
    HEAP_SAFEPOINT(h);
    struct heap_object *o = boehm_alloc(h, slots, plain_node_bytes(slots, bytes));
    if (__builtin_expect(!o, 0))
        return ENOMEM;
    plain_born(h, slots * sizeof(void *) + bytes);
    boehm_set_header(h, o, kind, slots, bytes);
    dst->object = o;
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return boehm_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return boehm_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    struct plain_list *list = boehm_alloc(h, 1, sizeof *list);
    if (__builtin_expect(!list, 0))
        return ENOMEM;
    plain_born(h, 0);
    boehm_set_header(h, &list->object, HEAP_LIST, 0, 0);
    dst->object = &list->object;
    return 0;
}

#include "parts/without/regions.h"

#endif
