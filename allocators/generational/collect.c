// collect.c - generational: when to collect what, and the collection. See fast.h for the array, and
// parts/counted/partition.h for how garbage is found in it.
//
// A collection of generation g looks at the objects from begin[g] on, the young. Tuples among the survivors
// that hold nothing that is tracked leave the array, and after a full collection dicts; all survivors become part of the next older generation.
// CPython does the same with two lists.

#include "heap.h"

#include "parts/counted/partition.h"

// ------------------------------------------------------------------------------------------ passes
FAST bool is_young(const struct collection *c, const struct heap_object *o) {
    return counted_place(o)->index >= c->start;
}

FAST void add_internal(struct heap_object *o) {
    counted_place(o)->internal += INTERNAL_ONE;
}

// Of the objects from..to; `promoted` is what their internal begins with.
FAST void count_internal(struct collection *c, uint32_t from, uint32_t to, uint32_t promoted,
                         bool prefetch) {
    for (uint32_t i = from; i < to; i++) {
        if (prefetch) {
            prefetch_object(c, i + FAR_AHEAD);
            prefetch_references(c, i + AHEAD);
        }
        if (promoted)
            counted_place(c->all[i])->internal += promoted;
        trial_count_references(c, c->all[i], is_young, add_internal, &c->edges, prefetch);
    }
}

// -------------------------------------------------------------------------------------- untracking
// The survivors that stay close the gaps, in order. Garbage is told by its index, which stays.
FAST uint32_t untrack(struct heap *h, uint32_t start, uint32_t end, bool dicts) {
    uint32_t kept = start;
    for (uint32_t i = start; i < end; i++) {
        struct heap_object *o = h->tracked[i];
        if ((dicts ? counted_is_dict(o) : counted_is_tuple(o)) && !generational_holds_tracked(o)) {
            counted_place(o)->index_alone = 0;
            --*(dicts ? &h->dicts : &h->tuples);
        } else {
            generational_place(h, o, kept++);
        }
    }
    return kept;
}

// Dicts by full collections alone, so that to fill one is not quadratic (bpo-14775).
static uint32_t untrack_specials(struct heap *h, int g, uint32_t start, uint32_t end) {
    if (h->tuples)
        end = untrack(h, start, end, false);
    if (h->dicts && h->lazy_dicts && g == HEAP_GENERATIONS - 1)
        end = untrack(h, start, end, true);
    return end;
}

// -------------------------------------------------------------------------------------- collection
// fresh: the first object that is not in the oldest generation yet, if it is collected.
FAST void find_in(struct collection *c, uint32_t fresh, bool prefetch) {
    count_internal(c, c->start, fresh, 0, prefetch);
    count_internal(c, fresh, c->end, INTERNAL_PROMOTED, prefetch);
    reach_survivors(c, prefetch);
}

static void find_garbage(struct collection *whole, uint32_t fresh) {
    struct collection c = *whole;
    if (partition_is_scattered(c.all, c.start, c.end))
        find_in(&c, fresh, true);
    else
        find_in(&c, fresh, false);
    *whole = c;
}

// What was handed back moves down to the other survivors, where tuples have left a gap.
static uint32_t close_gap(struct collection *c, uint32_t resurrected, uint32_t end) {
    for (uint32_t i = resurrected; i < c->reached; i++)
        generational_place(c->h, c->all[i], end++);
    return end;
}

// The survivors of g join the next older generation, or stay in the oldest. What was handed back does so
// uncounted.
//   resurrected  the place of the first of them
static void promote(struct collection *c, int g, uint32_t resurrected) {
    struct heap *h = c->h;
    uint32_t end = untrack_specials(h, g, c->start, resurrected);
    uint32_t survivors = end - c->start;
    end = close_gap(c, resurrected, end);
    h->tracked_count = end;
    generational_rebase(h, end); // else each object that is freed would find the counter below 0
    for (int younger = 0; younger <= g && younger < HEAP_GENERATIONS - 1; younger++)
        h->begin[younger] = end;
    if (g == 1)
        h->long_lived_pending += survivors;
    if (g == HEAP_GENERATIONS - 1) {
        h->long_lived_pending = 0;
        h->long_lived_total = survivors;
    }
    uint64_t promoted = survivors + c->reached - resurrected;
    h->common.counters.objects_promoted += g < HEAP_GENERATIONS - 1 ? promoted : c->promoted;
}

static void count_collection(struct heap *h, int g) {
    uint64_t *collections[HEAP_GENERATIONS] = {&h->common.counters.collections_gen0,
                                               &h->common.counters.collections_gen1,
                                               &h->common.counters.collections_gen2};
    ++*collections[g];
    if (g + 1 < HEAP_GENERATIONS)
        h->older_count[g + 1]++;
    for (int younger = 1; younger <= g; younger++)
        h->older_count[younger] = 0;
}

// What was allocated since the counter was last 0.
static void pass_time(struct heap *h) {
    h->due.allocated_ns += (uint64_t)(h->tracked_count - h->base) * TRIGGER_CONTAINER_NS;
    generational_rebase(h, h->tracked_count);
}

static size_t size(const struct heap *h) {
    return trigger_size(&h->due, h->common.memory.held_bytes, h->common.external.held_bytes);
}

// Collect g and all younger generations. Returns the objects found to be garbage.
static size_t collect(struct heap *h, int g) {
    struct collection c = {.h = h,
                           .all = h->tracked,
                           .start = h->begin[g],
                           .end = (uint32_t)h->tracked_count,
                           .scanned = h->begin[g],
                           .reached = h->begin[g]};
    enum heap_pause kind = (enum heap_pause)(HEAP_PAUSE_GEN0 + g);
    uint64_t freed_before = h->common.counters.objects_freed;
    h->common.pausing = true;
    heap_pause_begins(&h->common.listener, kind);
    count_collection(h, g);
    pass_time(h);
    trigger_collects(&h->due, g);
    find_garbage(&c, g == HEAP_GENERATIONS - 1 ? h->begin[g - 1] : c.end);
    uint32_t resurrected = c.reached;
    if (h->common.guards.guarded)
        hand_back(&c);
    promote(&c, g, resurrected);
    (void)free_garbage(&c);
    generational_rebase(h, h->tracked_count);
    h->common.counters.objects_visited += c.end - c.start;
    h->common.counters.edges_visited += c.edges;
    HEAP_COUNT(h->common.counters.objects_collected += c.end - c.reached);
    h->collected[g] += c.end - c.reached;
    if (g == HEAP_GENERATIONS - 1) {
        h->waiting_lists = 0; // clear_freelists, which would lower the counter, but that is 0
        memset(h->waiting_tuples, 0, sizeof h->waiting_tuples);
        heap_shrink_slow(h);
        h->due.threshold_bytes = trigger_next_bytes(&h->due, size(h));
    }
    heap_pause_ends(&h->common.listener, kind, h->common.counters.objects_freed - freed_before);
    h->common.pausing = false;
    return c.end - c.reached;
}

// The oldest generation whose counter is above its threshold; the oldest of all only when what has
// newly grown old is at least a quarter of what survived the last full collection, so that the cost
// of full collections is linear in the objects that ever grew old (CPython 3.11,
// gc_collect_generations).
//
// One whose time has not come is passed over.
static int due_by_count(const struct heap *h) {
    int g = HEAP_GENERATIONS - 1;
    if (h->long_lived_pending < h->long_lived_total / 4)
        g--;
    while (g > 0 && (h->older_count[g] <= h->threshold[g] || !trigger_may_collect(&h->due, g)))
        g--;
    return trigger_may_collect(&h->due, g) ? g : -1;
}

// The generation that is due, or -1.
static int due(const struct heap *h) {
    int oldest = HEAP_GENERATIONS - 1;
    bool has_grown = h->due.by_growth && size(h) > h->due.threshold_bytes;
    if ((has_grown || trigger_is_resident(&h->due)) && trigger_may_collect(&h->due, oldest))
        return oldest;
    return h->due.by_growth ? -1 : due_by_count(h);
}

// The counter starts anew whether something is collected or not. The object that is about to be made is
// counted in advance.
int heap_collect_slow(struct heap *h) {
    pass_time(h);
    h->due.allocated_ns += TRIGGER_CONTAINER_NS;
    int g = due(h);
    if (g < 0)
        return g;
    h->threshold[0] = trigger_adapt(&h->due, h->threshold[0], collect(h, g));
    h->trigger = h->threshold[0];
    return g;
}

void heap_external_slow(struct heap *h, size_t bytes) {
    if (h->trigger != GENERATIONAL_OFF &&
        trigger_grows(&h->due, size(h) + bytes, HEAP_GENERATIONS - 1))
        (void)collect(h, HEAP_GENERATIONS - 1);
}

size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    return collect(h, generation);
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    h->trigger = on && h->threshold[0] ? h->threshold[0] : GENERATIONAL_OFF;
    generational_rebase(h, h->base);
}

void heap_freeze(struct heap *h) {
    for (int g = 0; g < HEAP_GENERATIONS; g++) {
        h->begin[g] = (uint32_t)h->tracked_count;
        h->older_count[g] = 0;
    }
    generational_rebase(h, h->tracked_count);
}

void heap_unfreeze(struct heap *h) {
    h->begin[HEAP_GENERATIONS - 1] = 1;
}
