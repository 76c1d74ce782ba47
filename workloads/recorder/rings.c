// rings.c - see rings.h. Rings are lists of the interpreter's kind, so that what is in one can be
// untracked and die.

#include "rings.h"

static void link_heads(facts_head *a, facts_head *b) {
    _PyGCHead_SET_NEXT(a, b);
    _PyGCHead_SET_PREV(b, a);
}

static void make_empty(facts_head *head) {
    head->_gc_next = head->_gc_prev = (uintptr_t)head;
}

static void join(facts_head *from, facts_head *to) {
    if (rings_next(from) == from)
        return;
    link_heads(_PyGCHead_PREV(to), rings_next(from));
    link_heads(_PyGCHead_PREV(from), to);
    make_empty(from);
}

void rings_open(struct recorder *r) {
    for (int i = 0; i < RECORDER_RINGS; i++)
        make_empty(&r->rings[i]);
}

void rings_lend(struct recorder *r, bool all) {
    int last = all ? RECORDER_RINGS - 1 : __builtin_ctz(r->collections);
    for (int i = 0; i <= last && i < RECORDER_RINGS; i++)
        join(&r->rings[i], &r->gc->generations[0].head);
}

void rings_close(struct recorder *r) {
    for (int i = 0; i < RECORDER_RINGS; i++)
        join(&r->rings[i], &r->gc->generations[2].head);
}

// What has no slot was made by what the recorder does not see, and is looked at seldom.
static int ring_of(struct recorder *r, PyObject *o) {
    uint32_t slot = recorder_slot_of(r, o) & ~RECORDER_CONTAINER;
    if (!slot) {
        r->totals.untold++;
        return RECORDER_RINGS - 1;
    }
    struct recorder_seen *seen = &r->seen[slot - 1];
    uint32_t age = (r->containers - seen->born) / ((uint32_t)r->q * (uint32_t)r->k0);
    seen->seen = r->collections;
    return age ? 31 - __builtin_clz(age) : 0;
}

void rings_place(struct recorder *r, facts_head *from) {
    facts_head *next;
    for (facts_head *o = rings_next(from); o != from; o = next) {
        next = rings_next(o);
        facts_head *ring = &r->rings[ring_of(r, rings_object(o))];
        link_heads(_PyGCHead_PREV(ring), o);
        link_heads(o, ring);
    }
    make_empty(from);
}
