// collect.c - incremental: when to look at what. search.c tells garbage from survivors.

#include "search.h"

#include "parts/counted/trial.h"

// An increment is asked for a share of 1 / (SCAN_RATE_DIVISOR * threshold1) of the heap, in
// containers; a threshold1 below SCAN_RATE_LEAST counts as that (CPython 3.14.0, Python/gc.c).
enum { SCAN_RATE_DIVISOR = 10, SCAN_RATE_LEAST = 2 };

// How far ahead of the container being scanned references are prefetched, in containers. 1e6 in
// rings of 10 in order of allocation: 17 ns for each instead of 29 (medians, n=5). Shuffled, 170
// either way: to look ahead means to wait for the next link of the queue.
enum { MARK_AHEAD = 16 };

// ------------------------------------------------------------------------------------------ queues
static struct incremental_link *visited(struct heap *h) {
    return &h->old[h->visited];
}

static struct incremental_link *pending(struct heap *h) {
    return &h->old[!h->visited];
}

// Whether the container is in pending, or young and not in a set.
FAST bool is_pending(const struct heap *h, const struct incremental_link *l) {
    return incremental_space(l) == !h->visited;
}

// All that is old has been visited: start over.
static void finish_cycle(struct heap *h) {
    assert(queue_is_empty(&h->young) && "young containers do not carry the wrong space");
    assert(queue_is_empty(pending(h)) && "a cycle ends when nothing is pending");
    h->visited = !h->visited;
    h->young_flags = INCREMENTAL_NEW | !h->visited;
    h->work_to_do = 0;
    h->marking_due = true;
}

// ----------------------------------------------------------------------------------------- marking
// A container that registers reach is live: it moves to the end of visited, which is also the queue
// of containers whose references are still to be followed.
struct marking {
    struct heap *h;
    struct incremental_link *scanned; // the last of visited whose references have been followed
    struct incremental_link *ahead;   // the last whose references have been prefetched
    size_t distance;                  // from scanned to ahead
    uint64_t marked, edges, promoted;
};

FAST void mark(struct marking *m, struct heap_object *o) {
    if (!o || counted_is_atom(o) || !is_pending(m->h, incremental_link(o)))
        return;
    struct incremental_link *l = incremental_link(o);
    m->marked++;
    m->promoted += (l->prev & INCREMENTAL_NEW) != 0;
    queue_remove(l);
    queue_append(visited(m->h), l, m->h->visited);
}

FAST void mark_references(struct marking *m, const struct heap_object *o) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    for (size_t i = 0; i < length; i++) {
        trial_prefetch_slot(slots, length, i);
        m->edges += slots[i] != NULL;
        mark(m, slots[i]);
    }
}

// Two for each that is scanned, until the distance is there.
FAST void prefetch_ahead(struct marking *m) {
    const struct incremental_link *end = visited(m->h);
    for (int i = 0; i < 2 && m->distance < MARK_AHEAD && m->ahead->next != end; i++) {
        m->ahead = m->ahead->next;
        m->distance++;
        trial_prefetch_references(incremental_object(m->ahead));
    }
}

// Returns how many were marked. newest, which may be NULL, is the one object that no register
// refers to yet.
static int64_t mark_alive(struct heap *h, struct heap_object *newest) {
    struct incremental_link *last = (struct incremental_link *)visited(h)->prev;
    struct marking m = {.h = h, .scanned = last, .ahead = last};
    mark(&m, newest);
    ROOTS_EACH(&h->common.roots, reg)
    mark(&m, reg->object);
    while (m.scanned->next != visited(h)) {
        prefetch_ahead(&m);
        m.scanned = m.scanned->next;
        m.distance--;
        mark_references(&m, incremental_object(m.scanned));
    }
    h->common.counters.objects_visited += m.marked;
    h->common.counters.edges_visited += m.edges;
    h->common.counters.objects_promoted += m.promoted;
    return (int64_t)m.marked;
}

// -------------------------------------------------------------------------------------- increments
static int64_t heap_share(const struct heap *h) {
    uint32_t divisor = h->threshold1 < SCAN_RATE_LEAST ? SCAN_RATE_LEAST : h->threshold1;
    return h->heap_size / SCAN_RATE_DIVISOR / divisor;
}

// The work that falls due with this increment: what is new, and a share of the heap, which is
// bounded by what is new, so that the cost stays linear in what was ever allocated.
static int64_t work_falling_due(struct heap *h) {
    int64_t new = h->young_count, share = heap_share(h);
    int64_t bound = h->pacing == INCREMENTAL_3_14_0 ? new * 3 / 2 : new * 2;
    h->young_count = 0;
    return new + (share < bound ? share : bound);
}

// Add the container that has waited longest in pending to the set, and all of pending that is
// reachable from it.
static void add_with_closure(struct collection *c) {
    struct heap *h = c->h;
    struct incremental_link *l = pending(h)->next;
    queue_remove(l);
    for (search_add(c, l); l != &c->set; l = l->next) {
        const struct heap_object *o = incremental_object(l);
        struct heap_object **slots = counted_slots(o);
        size_t length = counted_length(o);
        for (size_t i = 0; i < length; i++) {
            trial_prefetch_slot(slots, length, i);
            if (!slots[i] || counted_is_atom(slots[i]))
                continue;
            struct incremental_link *child = incremental_link(slots[i]);
            if (!is_pending(h, child))
                continue;
            queue_remove(child);
            search_add(c, child);
        }
    }
}

// The young, and of pending as much as there is work to do. Returns the garbage found.
static size_t search_increment(struct heap *h) {
    struct collection c;
    search_begin(&c, h);
    search_add_all(&c, &h->young);
    while ((int64_t)c.size < h->work_to_do && !queue_is_empty(pending(h)))
        add_with_closure(&c);
    int64_t size = (int64_t)c.size;
    search_end(&c);
    if (h->pacing == INCREMENTAL_3_14_0)
        h->work_to_do += heap_share(h);
    h->work_to_do -= size;
    h->common.counters.collections_gen1++;
    if (queue_is_empty(pending(h)))
        finish_cycle(h);
    return c.garbage;
}

// What an increment marks is subtracted from the work to do. In the one that begins a cycle CPython
// does so twice (python/cpython#141890), which is kept, as all increments of 3.14 had it.
static size_t increment(struct heap *h, struct heap_object *newest) {
    int64_t marked = mark_alive(h, newest);
    h->work_to_do -= marked;
    if (!h->marking_due)
        return search_increment(h);
    h->work_to_do -= marked;
    h->marking_due = false;
    return 0;
}

// ------------------------------------------------------------------------------------- collections
static void pause_begins(struct heap *h, enum heap_pause kind) {
    h->common.pausing = true;
    trigger_collects(&h->due, 0);
    heap_pause_begins(&h->common.listener, kind);
}

static void pause_ends(struct heap *h, enum heap_pause kind, uint64_t freed_before) {
    heap_pause_ends(&h->common.listener, kind, h->common.counters.objects_freed - freed_before);
    h->common.pausing = false;
}

// In 3.14.2 an increment that would find the collector ahead of its schedule does nothing, and the
// young stay young.
static size_t collect_increment(struct heap *h, struct heap_object *newest) {
    h->work_to_do += work_falling_due(h);
    if (h->pacing == INCREMENTAL_3_14_2 && h->work_to_do < 0)
        return 0;
    uint64_t freed_before = h->common.counters.objects_freed;
    pause_begins(h, HEAP_PAUSE_GEN1);
    size_t garbage = increment(h, newest);
    pause_ends(h, HEAP_PAUSE_GEN1, freed_before);
    return garbage;
}

static size_t collect_young(struct heap *h) {
    struct collection c;
    uint64_t freed_before = h->common.counters.objects_freed;
    pause_begins(h, HEAP_PAUSE_GEN0);
    h->young_count = 0;
    search_begin(&c, h);
    search_add_all(&c, &h->young);
    search_end(&c);
    h->common.counters.collections_gen0++;
    pause_ends(h, HEAP_PAUSE_GEN0, freed_before);
    return c.garbage;
}

static size_t size(const struct heap *h) {
    return trigger_size(&h->due, h->common.memory.held_bytes, h->common.external.held_bytes);
}

static size_t collect_full(struct heap *h) {
    struct collection c;
    uint64_t freed_before = h->common.counters.objects_freed;
    pause_begins(h, HEAP_PAUSE_GEN2);
    h->young_count = 0;
    search_begin(&c, h);
    search_add_all(&c, visited(h));
    search_add_all(&c, pending(h));
    search_add_all(&c, &h->young);
    search_end(&c);
    finish_cycle(h);
    h->common.counters.collections_gen2++;
    h->due.threshold_bytes = trigger_next_bytes(&h->due, size(h));
    pause_ends(h, HEAP_PAUSE_GEN2, freed_before);
    return c.garbage;
}

// The containers that were counted since young_count was last 0.
static void pass_time(struct heap *h) {
    h->due.allocated_ns += (uint64_t)h->young_count * TRIGGER_CONTAINER_NS;
}

// An increment that only marks, or is not run since the collector is ahead, is no collection that
// could have found anything.
static void adapt(struct heap *h, size_t found, uint64_t increments_before) {
    if (h->common.counters.collections_gen1 == increments_before)
        return;
    h->threshold0 = trigger_adapt(&h->due, h->threshold0, found);
    h->trigger = h->threshold0;
}

// What is due too early lets the counter start anew.
void heap_collect_slow(struct heap *h, struct heap_object *newest) {
    bool has_grown = h->due.by_growth && size(h) > h->due.threshold_bytes;
    bool full = has_grown || trigger_is_resident(&h->due);
    uint64_t increments = h->common.counters.collections_gen1;
    pass_time(h);
    if (!trigger_may_collect(&h->due, 0) || (h->due.by_growth && !full))
        h->young_count = 0;
    else if (full)
        (void)collect_full(h);
    else
        adapt(h, collect_increment(h, newest), increments);
}

void heap_external_slow(struct heap *h, size_t bytes) {
    if (h->trigger != UINT32_MAX && trigger_grows(&h->due, size(h) + bytes, 0))
        (void)collect_full(h);
}

size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    pass_time(h);
    switch (generation) {
    case 0:
        return collect_young(h);
    case 1:
        return collect_increment(h, NULL);
    default:
        return collect_full(h);
    }
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    h->trigger = on && h->threshold0 ? h->threshold0 : UINT32_MAX;
}

// ---------------------------------------------------------------------------------------- freezing
static void set_flags(struct incremental_link *queue, uintptr_t flags) {
    for (struct incremental_link *l = queue->next; l != queue; l = l->next)
        l->prev = (uintptr_t)queue_prev(l) | flags;
}

void heap_freeze(struct heap *h) {
    struct incremental_link *queues[] = {&h->young, &h->old[0], &h->old[1]};
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
        set_flags(queues[i], INCREMENTAL_PERMANENT);
        queue_merge(queues[i], &h->permanent);
    }
    h->young_count = 0;
}

void heap_unfreeze(struct heap *h) {
    set_flags(&h->permanent, h->visited);
    queue_merge(&h->permanent, visited(h));
}
