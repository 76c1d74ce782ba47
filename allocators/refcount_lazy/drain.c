// drain.c - refcount_lazy: the release of what is dead, a budget at a time or all of it.

#include "heap.h"

#include "parts/counted/cascade.h"
#include "parts/counted/waiting.h"

// What is being freed. A container's last reference is counted when it comes to the stack,
// and not again when it is freed, which may be in another drain: `known` are those freed less those
// that came.
struct drain {
    struct counted_cascade c;
    uint64_t known; // may wrap below 0
};

// Give up a reference. Returns whether its object is a container that dies by it; then that is on
// top of the stack.
FAST bool drop(struct heap *h, struct drain *d, struct heap_object *o) {
    if (!o || !counted_drop(h, &d->c, o))
        return false;
    counted_set_count(o, COUNTED_FOREVER);
    *h->top++ = o;
    d->known--;
    return true;
}

FAST void drain_container(struct heap *h, struct drain *d, struct heap_object *o) {
    counted_free_container(h, &d->c, o);
    d->known++;
}

// The node on top goes, with all its references. Returns how much that was.
static size_t drain_node(struct heap *h, struct drain *d) {
    struct heap_object *o = *--h->top;
    if (__builtin_expect(counted_is_guarded(o), 0)) {
        counted_hand_back(h, o);
        HEAP_COUNT(
            h->common.counters.rc_increments++); // that it lost the last one was counted before
        return 1;
    }
    size_t length = counted_node_length(o);
    for (size_t i = 0; i < length; i++)
        drop(h, d, counted_node_slots(o)[i]);
    drain_container(h, d, o);
    return length + 1;
}

// The list on top gives up elements from its end, at most this many, and stops at the first
// container that dies by it, which is next; an empty list is freed. Returns how many references
// that was.
static size_t drain_list(struct heap *h, struct drain *d, size_t most) {
    struct counted_list *list = counted_list(h->top[-1]);
    size_t done = 0;
    while (list->length && done < most) {
        done++;
        if (list->length > COUNTED_PREFETCH)
            __builtin_prefetch(list->items[list->length - 1 - COUNTED_PREFETCH], 1);
        if (drop(h, d, list->items[--list->length]))
            return done;
    }
    if (list->length)
        return done;
    drain_container(h, d, *--h->top);
    return done + 1;
}

uint64_t heap_drain_slow(struct heap *h, size_t references) {
    struct drain d = {.known = 0};
    counted_begin(&d.c);
    for (size_t done = 0; h->top != h->dead && done < references;)
        done +=
            counted_is_list(h->top[-1]) ? drain_list(h, &d, references - done) : drain_node(h, &d);
    uint64_t freed = counted_freed(&d.c);
    counted_finish(h, &d.c, d.known);
    return freed;
}

// What dies last empties many chunks at once (20 of a shuffled chain of 1e6), so they go back an eighth of one at a
// time, and 256 slow allocations give back one.
enum { DRAIN_CHUNK_WAIT = 32 };

void heap_catch_up_slow(struct heap *h) {
    size_t due = h->due;
    h->due = 0;
    heap_drain_slow(h, due + h->release_budget);
    if (h->patience)
        h->patience--;
    else if (pool_has_slack(&h->common.pool)) {
        pool_shrink(&h->common.pool);
        h->patience = DRAIN_CHUNK_WAIT;
    }
}

uint64_t heap_give_back_slow(struct heap *h) {
    uint64_t freed = heap_drain_slow(h, SIZE_MAX);
    while (pool_has_slack(&h->common.pool))
        pool_shrink(&h->common.pool);
    return freed;
}

void heap_release_atom_slow(struct heap *h, struct heap_object *o) {
    counted_release_atom(h, o);
}

// -------------------------------------------------------------------------------------- collection
size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    (void)generation;
    struct heap_object **highest = h->top;
    h->common.pausing = true;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_FULL);
    uint64_t freed = heap_give_back_slow(h);
    covered_give_back(h->top, highest);
    h->common.counters.collections_gen2++;
    h->common.counters.objects_visited += freed;
    HEAP_COUNT(h->common.counters.objects_collected += freed);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_FULL, freed);
    h->common.pausing = false;
    return freed;
}

// Nothing is searched for garbage, so nothing can be exempt; and to come after garbage that is
// known is no collection.
void heap_enable(struct heap *h, bool on) {
    (void)h;
    (void)on;
}

#include "parts/without/freezing.h"
