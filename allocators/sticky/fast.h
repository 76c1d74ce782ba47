// sticky - marksweep with generations: what a collection has marked stays marked, and so is old.
//
// Idea: marksweep (parts/swept), in which a collection of the young begins with the marks of the one before. What
//   has a mark is old, is neither looked at nor swept, and keeps its mark, which is why it is called sticky; what
//   has none was allocated since, and is marked if a register or an old object leads to it. So a young collection
//   takes what it finds alive, whatever the heap holds besides, and nothing moves.
// Remembered: an old object into which a young one is stored is noted, once, in an array of which addresses are
//   reserved, beside the register stack and like it in no limit and no counter. The next collection looks at all
//   its references, of a list of more than 63 slots at those alone that were stored into (singles.h in parts/swept);
//   then there are no young ones, and nothing is remembered.
// Invariants: those of parts/swept; an old object that refers to a young one is remembered; the array of an old list
//   is old.
// When: `minor` per cent of growth since the last collection start one of the young, and one of all when the heap
//   has grown by `major` per cent since the last of all, as in Lua 5.4 (lgc.c, genstep and setminordebt:
//   LUAI_GENMINORMUL 20, LUAI_GENMAJORMUL 100). One of all that leaves more than half of the growth has found
//   little, and the next is of all, too, until one leaves no more objects than the last, or an eighth more (genstep,
//   stepgenfull, where Lua is incremental meanwhile; its pause of 200 is `major` again). Of our own: one of all
//   is next when more than `survival` per cent of the young were alive, and at least min_young bytes are allocated in
//   between. Where one of all is next, nothing is remembered for it.
// Cost: a store 4 instructions more than in marksweep into a young object; old blocks that are not full are swept as
//   there. A young collection looks at no block but those allocated from since the last.
// Cannot free what has become old before a collection of all, and what it alone leads to.
// Source: Demers, Weiser, Hayes, Boehm, Bobrow, Shenker, "Combining generational and conservative garbage
//   collection: framework and implementations", POPL 1990, section 3: sticky mark bits.
// Check: objects_visited less those of collections_gen2 are survivors and remembered objects alone;
//   objects_promoted are the survivors.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#define SWEPT_GENERATIONS 1
#include "parts/swept/swept.h"

struct heap {
    SWEPT_PARTS;
    struct heap_object **remembered; // old objects that have changed
    size_t remembered_count;
    size_t base_bytes;     // what the last collection of all left
    size_t left_bytes;     // what the last collection left
    size_t due_bytes;      // the size at which the one under way was due; 0: it was not
    uint64_t poor_objects; // what the last one of all left, if it found little; else 0
    bool all_next;         // the next one is of all, and so nothing is remembered for it
    double minor, major, survival;
    size_t min_young_bytes;
};

#define plain_open sticky_open
#define plain_close sticky_close
#define plain_stored sticky_stored
#define swept_next_bytes sticky_next_bytes
#define swept_choose sticky_choose
#define swept_least sticky_least
#define swept_remembered sticky_remembered
#define swept_replaced sticky_replaced
#define swept_check sticky_check

int sticky_open(struct heap *h, const struct heap_config *config);
void sticky_close(struct heap *h);
size_t sticky_next_bytes(struct heap *h, int generation, size_t bytes);
int sticky_choose(struct heap *h);
int sticky_least(const struct heap *h, int generation);
void sticky_remembered(struct heap *h, struct marker *m);
void sticky_replaced(struct heap *h, struct plain_list *list);
const char *sticky_check(const struct heap *h, const struct heap_object *o, size_t i);

static inline __attribute__((always_inline)) void
sticky_stored(struct heap *h, struct heap_object *o, size_t i, const struct heap_object *target);

#include "parts/plain/operations.h"
#include "parts/swept/operations.h"

enum {
    STICKY_REMEMBERED = PLAIN_OWN_FLAG << 4, // whole
    STICKY_NOTED = PLAIN_OWN_FLAG << 5,      // in the array of remembered objects
};

// heap_remember_slow - note that an old object, which is not remembered whole, has a young one in this slot.
void heap_remember_slow(struct heap *h, struct heap_object *o, size_t i);

FAST void sticky_stored(struct heap *h, struct heap_object *o, size_t i,
                        const struct heap_object *target) {
    if (__builtin_expect(!(o->flags & MARK_EPOCHS), 1))
        return;
    if (target && !(target->flags & MARK_EPOCHS) && !(o->flags & STICKY_REMEMBERED))
        heap_remember_slow(h, o, i);
}

#endif
