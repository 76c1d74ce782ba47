// collect.c - what is dead, and since when.
//
// The reached change places with those that are not, so that they come first in the array, which is
// also the queue of those still to be looked into. What is left is garbage, sorted by stamp, the
// latest first. Each passes its stamp on to all that can be reached from it and has none by then;
// those that come later have earlier stamps, so one visit tells the death.

#include "heap.h"

#include "parts/counted/trial.h"

#include <stdlib.h>

struct collection {
    struct heap *h;
    uint32_t scanned,
        reached; // first of those reached and not looked into; first of those not reached
    uint64_t edges;
};

// ----------------------------------------------------------------------------------------- marking
static void reach(struct collection *c, struct heap_object *o) {
    if (!o || counted_is_atom(o) || oracle_front(o)->index < c->reached)
        return;
    struct heap_object *other = c->h->tracked[c->reached];
    oracle_place(c->h, other, oracle_front(o)->index);
    oracle_place(c->h, o, c->reached++);
}

static void reach_all(struct collection *c) {
    for (; c->scanned < c->reached; c->scanned++) {
        const struct heap_object *o = c->h->tracked[c->scanned];
        size_t length = counted_length(o);
        for (size_t i = 0; i < length; i++) {
            struct heap_object *child = counted_slots(o)[i];
            c->edges += child != NULL;
            reach(c, child);
        }
    }
}

static void reach_live(struct collection *c) {
    ROOTS_EACH(&c->h->common.roots, reg) {
        reach(c, reg->object);
    }
    GUARDS_EACH(&c->h->common.guards, place) {
        reach(c, *place);
    }
    reach_all(c);
}

// As in generational: all guarded garbage is found before anything of it is looked into.
static void hand_back(struct collection *c) {
    struct heap *h = c->h;
    size_t waiting = h->common.guards.end;
    for (uint32_t i = c->reached; i < h->tracked_count; i++) {
        if (!counted_is_guarded(h->tracked[i]))
            continue;
        counted_raise(h, h->tracked[i]);
        counted_unguard(h, h->tracked[i]);
    }
    for (; waiting < h->common.guards.end; waiting++)
        reach(c, h->common.guards.entries[waiting]);
    reach_all(c);
}

// ------------------------------------------------------------------------------------------ deaths
static int later_first(const void *a, const void *b) {
    uint64_t x = oracle_front(*(struct heap_object *const *)a)->stamp;
    uint64_t y = oracle_front(*(struct heap_object *const *)b)->stamp;
    return (x < y) - (x > y);
}

// Pass the stamp of o, which was visited, on to what it refers to. Returns the new end of those
// that wait. An atom that lives can have a stamp that is too late by now and not by the time it
// dies.
static uint32_t pass_on(struct collection *c, const struct heap_object *o, uint32_t waiting) {
    uint64_t stamp = oracle_front(o)->stamp;
    size_t length = counted_length(o);
    for (size_t i = 0; i < length; i++) {
        struct heap_object *child = counted_slots(o)[i];
        if (!child || child->count >= COUNTED_FOREVER)
            continue;
        struct oracle_front *front = oracle_front(child);
        if (counted_is_atom(child)) {
            front->stamp = front->stamp > stamp ? front->stamp : stamp;
        } else if (front->index >= c->reached && !front->visited) {
            *front = (struct oracle_front){stamp, front->index, 1};
            c->h->worked[waiting++] = child;
        }
    }
    return waiting;
}

static void date_deaths(struct collection *c) {
    struct heap *h = c->h;
    if (c->reached == h->tracked_count) // before the first container there is no array, either
        return;
    qsort(h->tracked + c->reached, h->tracked_count - c->reached, sizeof *h->tracked, later_first);
    for (uint32_t i = c->reached; i < h->tracked_count; i++)
        oracle_place(h, h->tracked[i], i);
    for (uint32_t i = c->reached; i < h->tracked_count; i++) {
        struct oracle_front *front = oracle_front(h->tracked[i]);
        uint32_t waiting = 0;
        if (front->visited)
            continue;
        front->visited = 1;
        h->worked[waiting++] = h->tracked[i];
        while (waiting) {
            const struct heap_object *o = h->worked[--waiting];
            waiting = pass_on(c, o, waiting);
        }
    }
}

// ----------------------------------------------------------------------------------------- burying
static bool is_garbage(const struct collection *c, const struct heap_object *o) {
    return oracle_front(o)->index >= c->reached;
}

static uint64_t bury(struct collection *c) {
    struct heap *h = c->h;
    uint32_t end = h->tracked_count;
    h->burying = true;
    h->tracked_count = c->reached;
    for (uint32_t i = c->reached; i < end; i++)
        trial_release_outside(h, c, h->tracked[i], is_garbage);
    for (uint32_t i = c->reached; i < end; i++) {
        size_t bytes = counted_free(h, h->tracked[i]);
        HEAP_COUNT(h->common.counters.bytes_freed += bytes);
    }
    HEAP_COUNT(h->common.counters.objects_freed += end - c->reached);
    h->burying = false;
    return end - c->reached;
}

size_t heap_collect(struct heap *h, int generation) {
    struct collection c = {.h = h, .scanned = 1, .reached = 1};
    struct heap_counters *n = &h->common.counters;
    uint64_t freed_before = n->objects_freed;
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    (void)generation;
    h->common.pausing = true;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_FULL);
    n->collections_gen2++;
    n->objects_visited += h->tracked_count - 1;
    reach_live(&c);
    if (h->common.guards.guarded)
        hand_back(&c);
    date_deaths(&c);
    uint64_t garbage = bury(&c);
    n->edges_visited += c.edges;
    HEAP_COUNT(n->objects_collected += garbage);
    h->due = h->tracked_count < ORACLE_FIRST_DUE / 2 ? ORACLE_FIRST_DUE : 2 * h->tracked_count;
    oracle_set_limit(h);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_FULL, n->objects_freed - freed_before);
    h->common.pausing = false;
    return garbage;
}
