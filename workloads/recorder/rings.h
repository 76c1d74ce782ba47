// rings.h - which objects the recorder's collections examine: each so often that its age is known
// to a fraction.
//
// A collection of CPython's own generations would say of garbage only that it died since it was
// examined last, and that is up to three quarters of an object's life ago. Any collector examines
// objects of age a (in births since) about every a/10 or less often, so a bracket of a/q is enough.
// The recorder lets the interpreter collect generation 0 alone, every k0 births, and keeps the
// survivors in rings by age: ring i has ages from q * k0 * 2^i to twice that. Before collection
// number n, rings 0 .. ctz(n) join generation 0, so that ring i is examined every 2^i collections.
// A survivor is visited q * log2(life / k0) times. An older object is never examined later than a
// younger one, so that garbage found together died after the oldest of it was seen last.

#ifndef HEAPBENCH_RECORDER_RINGS_H
#define HEAPBENCH_RECORDER_RINGS_H

#include "recorder.h"

// rings_open - empty rings. rings_lend - those that collection r->collections examines join the
// youngest generation; all of them when `all`.
void rings_open(struct recorder *r);
void rings_lend(struct recorder *r, bool all);

// rings_place - the objects of a list of the interpreter's enter the rings of their ages, and have
// been seen.
void rings_place(struct recorder *r, facts_head *from);

// rings_close - all objects join the oldest generation.
void rings_close(struct recorder *r);

// rings_next - the object after this one in its list, or the list's head.
static inline facts_head *rings_next(const facts_head *head) {
    return (facts_head *)(head->_gc_next & ~(uintptr_t)3);
}

static inline PyObject *rings_object(facts_head *head) {
    return (PyObject *)(head + 1);
}

#endif
