// rootbuffer - reference counting, and a collector of cycles that looks only where one may have
// been cut off.
//
// Idea: garbage in a cycle comes about when a count is lowered and does not become 0. So a
//   container to which that happens becomes a candidate, and enters a buffer, unless it is there
//   already; when it dies by its count it leaves. When the buffer is full, all that can be reached
//   from candidates is searched: what has no more references than come from within, and is not
//   reachable from what has, is garbage. So the cost of a collection does not depend on the size of
//   the heap, but on what hangs on the candidates, and a program that gives up references to what
//   lives on pays for it, cycles or not.
// Representation: the buffer is one array, of which addresses are reserved, beside the register
//   stack and like it in no limit and no counter. A container knows its place. Within a collection
//   the array goes on with what is reachable from the candidates, breadth first, then it is cut as
//   partition.h says. Places that the dead have left are linked, and used before the array grows,
//   as PHP does.
// Invariants: whatever is held and not reachable from a register, or from an object that waits to
//   be taken, is reachable from a candidate. A candidate has a count of at least 1, and knows its
//   place; all other containers have place 0.
// Order: what dies by a count does so as in PHP, depth first, slot by slot, a container after all
//   that dies with it; since each reference that it gives up may make a candidate, and a collection
//   may begin in between. The way back is kept in the slots that have been given up, so depth costs
//   no stack and no memory.
// A collection may begin whenever a reference is given up, not at safepoints only: it moves nothing
//   and frees nothing that can be reached.
//
// Rules, the tunable `rule`:
//   fixed  a buffer of so many, and a collection for the candidate that finds it full, which is
//          itself spared (PHP 5.3 to 7.2, where `roots` is 10000: Zend/zend_gc.c, gc_possible_root
//          and GC_ROOT_BUFFER_MAX_ENTRIES). There a candidate is lost that finds it full while
//          collection is off; here the array has room
//   php    the same, but a collection that finds fewer than 100 raises `roots` by 10000, another
//          lowers it again (since 7.3: gc_adjust_threshold); and what garbage referred to becomes a
//          candidate when that is freed (gc_possible_root, which asks for gc_protected and no
//          longer for gc_active). PHP 8.2 counts strings among what was found, and so do we atoms
//   nim    the collection begins when the candidate has entered; after one that freed at least half
//          of what it looked at the threshold falls by a third, after another it is raised by half,
//          and stays when all was garbage (Nim 2.2.0, lib/system/orc.nim, registerCycle and
//          collectCycles)
//   In all of them what was a candidate is none any more after the collection, and only containers
//   can be one: in PHP arrays and objects (GC_NOT_COLLECTABLE is on all else), in Nim what may be
//   cyclic by its type.
// Cost: 8 bytes in front of each container, 8 in the array for a candidate, and for what a
//   collection looks at.
// Cannot free a cycle before the buffer is full, however large the cycle.
// Source: Bacon and Rajan, "Concurrent cycle collection in reference counted systems", ECOOP 2001,
//   section 3: synchronous collection. There counts are lowered and raised again on the way; here
//   references from within are counted up from 0.
// Check: heap_gc_status gives what gc_status() does in PHP 8.2, for the same program: `make
//   fidelity`.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/counted/place.h"

enum rootbuffer_rule { ROOTBUFFER_FIXED, ROOTBUFFER_PHP, ROOTBUFFER_NIM };

struct heap {
    struct counted common;
    struct heap_object **roots; // from index 1 on: a candidate, or a link; see collect.c
    uint32_t next;              // where the array grows
    uint32_t unused;            // first of the places that were left, or 0
    uint32_t count;             // candidates
    uint32_t threshold;         // candidates that the buffer holds; see `limit`
    uint32_t limit;             // a collection is due when `next` has come to it
    uint32_t first_threshold;   // the tunable `roots`; 0: no collection unasked
    enum rootbuffer_rule rule;
    bool enabled, collecting;
    uint64_t runs, collected; // for heap_gc_status
};

#define COUNTED_PREFIX sizeof(union counted_place)
#define counted_down rootbuffer_down
#define counted_closed rootbuffer_closed
#define counted_track rootbuffer_track
#define counted_untrack rootbuffer_untrack
#define counted_spread heap_spread_slow
#define counted_open rootbuffer_open
#define counted_drain rootbuffer_drain
#define counted_close rootbuffer_close
#define counted_check rootbuffer_check
#define counted_enumerate rootbuffer_enumerate
#define counted_enumerates rootbuffer_enumerates
#define counted_enumerates_all rootbuffer_enumerates_all

int rootbuffer_open(struct heap *h, const struct heap_config *config);
void rootbuffer_drain(struct heap *h);
void rootbuffer_close(struct heap *h);
const char *rootbuffer_check(struct heap *h);
void rootbuffer_enumerate(struct heap *h, counted_visit *visit, void *audit);
bool rootbuffer_enumerates(struct heap *h, const struct heap_object *o);
bool rootbuffer_enumerates_all(struct heap *h);

struct counted_cascade;

// heap_suspect_slow - a count has been lowered, and not to 0, of o, which is not in the buffer: it
// enters, and a collection begins if that is due. Returns whether o has no reference any more,
// since a collection freed all that had one; then it is for the caller to release it.
// heap_spread_slow - counted_spread.
bool heap_suspect_slow(struct heap *h, struct heap_object *o);
void heap_spread_slow(struct heap *h, struct counted_cascade *c, struct heap_object *o);

FAST bool rootbuffer_down(struct heap *h, struct heap_object *o) {
    if (--o->count == 0)
        return true;
    if (counted_is_atom(o) || counted_place(o)->index)
        return false;
    return heap_suspect_slow(h, o);
}

FAST void rootbuffer_track(struct heap *h, struct heap_object *o) {
    (void)h;
    counted_place(o)->index_alone = 0;
}

// A link is odd: the place that was left before this one, or 0, and a bit.
FAST struct heap_object *rootbuffer_link(uint32_t place) {
    return (struct heap_object *)((uintptr_t)place << 1 | 1);
}

FAST void rootbuffer_untrack(struct heap *h, struct heap_object *o) {
    uint32_t index = counted_place(o)->index;
    if (__builtin_expect(!index, 1))
        return;
    h->roots[index] = rootbuffer_link(h->unused);
    h->unused = index;
    h->count--;
}

FAST void rootbuffer_closed(struct heap *h, struct heap_object *o);

#include "parts/counted/operations.h"

// No count was lowered, but the cycle may be cut off by it.
FAST void rootbuffer_closed(struct heap *h, struct heap_object *o) {
    if (!counted_place(o)->index && heap_suspect_slow(h, o))
        counted_zero(h, o);
}

#endif
