// rings.h - which objects the recorder's collections examine: each so often that its age is known
// to a fraction.
//
// A collection of CPython's own generations would say of garbage only that it died since it was
// examined last, and that is up to three quarters of an object's life ago. Any collector
// examines objects of age a about every a/10 or less often, so a bracket of a/q is enough. The
// recorder lets the interpreter collect generation 0 alone, whenever k0 more were born than
// died, and keeps the survivors in rings by age: ring i has ages from q * 2^i collections to
// twice that, and is examined every 2^i; from RINGS_OLD on, every 2^(i + 1), since there are
// many old objects and few of them die. (Ages in births, of which there are up to ten times k0
// from one collection to the next, make brackets that much wider: of 83 counts of objects found,
// 68 were within 5 %, and 77 are.) A younger ring is slowed down, to a quarter at most, while
// less than 1/RINGS_POOR of what is examined in it is garbage: most objects of most programs die
// by their counts, and to examine them costs more than all else here. One from RINGS_ANCIENT on is
// slowed down to a half while less than 1/RINGS_BARREN is: each object there costs three times what
// a young one does, since none of them is in the cache.
//
// Invariant: what is in a ring is younger than what is in the next one, and all rings below one
// that is examined are. So an older object is never examined later than a younger one, and garbage
// found together died after the oldest of it was examined last; when that was follows from its
// birth alone.

#ifndef HEAPBENCH_RECORDER_RINGS_H
#define HEAPBENCH_RECORDER_RINGS_H

#include "recorder.h"

// Old, ancient: from 16 * q and 64 * q collections on. Rich: above 1/RINGS_RICH of garbage a young ring is slow no more,
// and an ancient one above 1/RINGS_POOR.
enum {
    RINGS_OLD = 4,
    RINGS_ANCIENT = 6,
    RINGS_SLOWEST = 2,
    RINGS_POOR = 16,
    RINGS_RICH = 4,
    RINGS_BARREN = 64,
    RINGS_SAMPLE = 2000
};

// rings_open - empty rings. rings_choose - which of them collection r->collections examines, in
// r->lent and r->from; all of them when `all`. rings_lend - these join the youngest generation.
void rings_open(struct recorder *r);
void rings_choose(struct recorder *r, bool all);
void rings_lend(struct recorder *r);

// rings_place - the objects of a list of the interpreter's enter the rings of their ages.
// rings_examined - the collection has ended.
void rings_place(struct recorder *r, facts_head *from);
void rings_examined(struct recorder *r);

// rings_seen - the collection that saw an object of this birth last; 0: none. rings_found - it is
// garbage now.
uint32_t rings_seen(const struct recorder *r, uint32_t born);
void rings_found(struct recorder *r, uint32_t born);

// rings_close - all objects join the oldest generation.
void rings_close(struct recorder *r);

// rings_next - the object after this one in its list, or the list's head.
static inline facts_head *rings_next(const facts_head *head) {
    return (facts_head *)(head->_gc_next & ~(uintptr_t)3);
}

static inline PyObject *rings_object(facts_head *head) {
    return (PyObject *)(head + 1);
}

// rings_place_of - the words of the shadow for an object in a list of the interpreter's: slot + 1
// with RECORDER_CONTAINER, birth.
static inline uint32_t *rings_place_of(const struct recorder *r, facts_head *head) {
    size_t front = facts_preheader(Py_TYPE(rings_object(head)));
    return &r->shadow[((uintptr_t)head - front) >> 4];
}

#endif
