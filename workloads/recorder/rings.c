// rings.c - see rings.h. Rings are lists of the interpreter's kind, so that what is in one can be
// untracked and die.

#include "rings.h"

#include <stdlib.h>

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
        make_empty(&r->rings[i].head);
    r->lent = RECORDER_RINGS - 1;
}

// The oldest ring that is due. Ring i is so every 2^(i + slow) collections.
static int oldest_due(const struct recorder *r) {
    int twos = __builtin_ctz(r->collections), oldest = -1;
    for (int i = 0; i < RECORDER_RINGS && i <= twos; i++)
        if (i + (i >= RINGS_OLD) + (int)r->rings[i].slow <= twos)
            oldest = i;
    return oldest;
}

static void note_births(struct recorder *r) {
    if (r->collections >= r->born_room) {
        r->born_room = r->collections + (size_t)r->collections / 2 + 1024;
        void *born = realloc(r->born_until, r->born_room * sizeof *r->born_until);
        if (!born)
            Py_FatalError("heapbench_record: no memory");
        r->born_until = born;
    }
    r->born_until[r->collections] = r->containers;
}

static void note_ages(struct recorder *r) {
    note_births(r);
    for (int i = 0; i < RECORDER_RINGS; i++) {
        uint64_t age = (uint64_t)r->q << (i + 1);
        r->first[i] = age < r->collections ? r->born_until[r->collections - age] + 1 : 0;
    }
}

void rings_choose(struct recorder *r, bool all) {
    note_ages(r);
    r->lent = all ? RECORDER_RINGS - 1 : oldest_due(r);
    r->from = 0;
    for (int i = r->lent + 1; i < RECORDER_RINGS; i++)
        if (r->rings[i].upper >= r->from)
            r->from = r->rings[i].upper + 1;
}

void rings_lend(struct recorder *r) {
    for (int i = 0; i <= r->lent; i++) {
        join(&r->rings[i].head, &r->gc->generations[0].head);
        r->rings[i].visited += r->rings[i].count;
        r->rings[i].count = r->rings[i].upper = 0;
    }
}

void rings_close(struct recorder *r) {
    for (int i = 0; i < RECORDER_RINGS; i++)
        join(&r->rings[i].head, &r->gc->generations[2].head);
}

static int ring_of(const struct recorder *r, uint32_t born) {
    int ring = 0;
    while (ring <= r->lent && born < r->first[ring])
        ring++;
    return ring; // what is in the one after the lent is older than all of these
}

// What has no slot was made by what the recorder does not see, and is looked at seldom.
static struct recorder_ring *place_for(struct recorder *r, facts_head *head) {
    const uint32_t *place = rings_place_of(r, head);
    if (!place[0]) {
        r->totals.untold++;
        return &r->rings[RECORDER_RINGS - 1];
    }
    struct recorder_ring *ring = &r->rings[ring_of(r, place[1])];
    if (ring->upper < place[1])
        ring->upper = place[1];
    ring->count++;
    return ring;
}

void rings_place(struct recorder *r, facts_head *from) {
    facts_head *next;
    for (facts_head *o = rings_next(from); o != from; o = next) {
        next = rings_next(o);
        __builtin_prefetch(rings_next(next));
        __builtin_prefetch(&r->shadow[(uintptr_t)next >> 4]);
        r->totals.examined++;
        facts_head *ring = &place_for(r, o)->head;
        link_heads(_PyGCHead_PREV(ring), o);
        link_heads(o, ring);
    }
    make_empty(from);
}

// ----------------------------------------------------------------------------------------- how often
void rings_found(struct recorder *r, uint32_t born) {
    if (born <= r->before) // else it never was in a ring
        r->rings[ring_of(r, born)].garbage++;
}

static void pace(struct recorder_ring *ring, uint32_t slowest, uint32_t poor, uint32_t rich) {
    if (ring->visited < RINGS_SAMPLE)
        return;
    if (ring->garbage < ring->visited / poor)
        ring->slow += ring->slow < slowest;
    else if (ring->garbage > ring->visited / rich)
        ring->slow -= ring->slow > 0;
    ring->visited = ring->garbage = 0;
}

// An earlier collection that examined no older objects has nothing more to say.
static void note_examined(struct recorder *r) {
    while (r->examined_count && r->examined[r->examined_count - 1].from >= r->from)
        r->examined_count--;
    r->examined_count -= r->examined_count == RECORDER_EXAMINED;
    r->examined[r->examined_count++] = (struct recorder_examined){r->collections, r->from};
}

void rings_examined(struct recorder *r) {
    note_examined(r);
    for (int i = 0; i < RINGS_OLD && !r->steady; i++)
        pace(&r->rings[i], RINGS_SLOWEST, RINGS_POOR, RINGS_RICH);
    for (int i = RINGS_ANCIENT; i < RECORDER_RINGS && !r->steady; i++)
        pace(&r->rings[i], 1, RINGS_BARREN, RINGS_POOR);
    r->before = r->containers;
}

uint32_t rings_seen(const struct recorder *r, uint32_t born) {
    for (uint32_t i = r->examined_count; i; i--)
        if (r->examined[i - 1].from <= born)
            return r->examined[i - 1].number;
    return 0;
}
