// operations.h - the inlined half of allocation where objects stay where they are and the dead are swept.
//
// Small objects are cells of equal size in blocks (blocks.h), large ones blocks of malloc (singles.h). What a
// collection reaches it marks (mark.c), and the rest is swept when an allocation wants a block (collect.c). A
// strategy's fast.h includes swept.h, then defines struct heap, which holds what SWEPT_PARTS says, then answers
// the questions of parts/plain/hooks.h and those below, then includes parts/plain/operations.h, then this file.
//
//   constant           question                                                       default
//   SWEPT_GENERATIONS  does a collection of the young keep what is marked? 1 or 0     0
//
//   asked when                                                                        default
//   swept_next_bytes   the size at which a collection is due, after one of this       trigger_next_bytes
//                      generation that left so many bytes
//   swept_choose       one is due: which generation it is to be of                    the oldest
//   swept_least        one of this generation is asked for by hand: which it is       the same
//   swept_remembered   a collection begins: forget which old objects have changed,    nothing
//                      after mark_changed of each if there is a marker
//   swept_replaced     a list has another array, to which no marks of slots were taken  nothing
//   swept_check        heap_verify: NULL, or what is broken in what slot i of o holds    nothing

#ifndef HEAPBENCH_SWEPT_OPERATIONS_H
#define HEAPBENCH_SWEPT_OPERATIONS_H

#ifndef swept_next_bytes
#define swept_next_bytes swept_next_bytes_due
FAST size_t swept_next_bytes_due(struct heap *h, int generation, size_t bytes) {
    (void)generation;
    return trigger_next_bytes(&h->due, bytes);
}
#endif

#ifndef swept_choose
#define swept_choose swept_choose_oldest
FAST int swept_choose_oldest(struct heap *h) {
    (void)h;
    return HEAP_GENERATIONS - 1;
}
#endif

#ifndef swept_least
#define swept_least swept_least_same
FAST int swept_least_same(const struct heap *h, int generation) {
    (void)h;
    return generation;
}
#endif

#ifndef swept_check
#define swept_check swept_check_nothing
FAST const char *swept_check_nothing(const struct heap *h, const struct heap_object *o, size_t i) {
    (void)h;
    (void)o;
    (void)i;
    return NULL;
}
#endif

#ifndef swept_replaced
#define swept_replaced swept_replaced_nothing
FAST void swept_replaced_nothing(struct heap *h, struct plain_list *list) {
    (void)h;
    (void)list;
}
#endif

#ifndef swept_remembered
#define swept_remembered swept_remembered_nothing
FAST void swept_remembered_nothing(struct heap *h, struct marker *m) {
    (void)h;
    (void)m;
}
#endif

// The mark is two bits: 0 for an object allocated since the last collection, else one of two
// epochs, which collections use in turn.
enum swept_flag {
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

// swept_new_slow, swept_list_slow - the same, when the bump pointer does not serve: the
// object is large, or every one is single, or the run is used up. May collect.
// return the object, NULL when there is no memory: with an error to pass on, gcc spends 4
// instructions more in each turn of a loop that allocates.
struct heap_object *swept_new_slow(struct heap *h, enum heap_kind kind, size_t slots, size_t bytes);
struct heap_object *swept_list_slow(struct heap *h);

// swept_bump - *p = a cell of this size from the run at hand; false when that is used up.
FAST bool swept_bump(struct heap *h, size_t cell_bytes, void **p) {
    if (__builtin_expect(cell_bytes > BLOCK_SMALL_BYTES, 0))
        return false;
    struct block_class *c = &h->classes[cell_bytes / BLOCK_UNIT];
    if (__builtin_expect(c->next == c->end, 0))
        return false;
    *p = c->next;
    c->next += cell_bytes;
    return true;
}

FAST int swept_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                   size_t bytes) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!swept_bump(h, plain_node_bytes(slots, bytes), &p))
        return plain_made(dst, swept_new_slow(h, kind, slots, bytes));
    plain_born(h, slots * sizeof(void *) + bytes);
    dst->object = plain_init_node(p, kind, slots, bytes);
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return swept_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return swept_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    void *p;
    if (!swept_bump(h, sizeof(struct plain_list), &p))
        return plain_made(dst, swept_list_slow(h));
    plain_born(h, 0);
    dst->object = plain_init_list(p);
    return 0;
}

#include "parts/without/regions.h"

#endif
