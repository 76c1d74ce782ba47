// collect.c - generational: when to collect what, and the collection. See fast.h for the array.
//
// A collection of generation g looks at the objects from begin[g] on, the young.
//   1. Every reference from a young object to a young object is counted in its target's `internal`.
//   2. The young are looked at in the order of the array. An object with a count above `internal`
//      is referenced from outside, by a register or an older object: it survives, and so does what
//      it refers to. A survivor's target that is yet to be looked at gets `internal` 0, which makes
//      it survive then; one that has already been passed over survives now. A survivor exchanges
//      places with the first object that was passed over, so the array is cut in four:
//          start .. scanned   survivors whose references have been followed
//          .. reached         survivors whose references are followed next
//          .. next            passed over: garbage, unless a survivor refers to it
//          .. end             not looked at yet
//      and to tell where an object stands is to compare its index. While nothing is garbage nothing
//      changes places, and memory is read in the order of allocation.
//   3. What was passed over is garbage, to which only garbage refers. Guarded objects among it are handed
//      back: they survive after all, and so does what they refer to, in the same way.
//   4. Tuples among the survivors of 2 that hold nothing that is tracked leave the array; after a full collection
//      dicts do so, too.
//   5. All survivors become part of the next older generation. The garbage's references to the outside are
//      given up, then it is freed.
// CPython does the same with two lists; see parts/cpython/trial.h for what is common to both.
//
// Breadth first, all survivors in front as soon as they are found, was tried: 1e5 rings of 10 in a
// list are then read in ten strides (longest pause 33 ms instead of 14, n=2).

#include "heap.h"

#include "parts/cpython/trial.h"

// `internal` counts in steps of 2; in a full collection the lowest bit tells objects that are not
// in the oldest generation yet, for objects_promoted.
enum { INTERNAL_PROMOTED = 1, INTERNAL_ONE = 2 };

// From this many objects on, which do not fit the L2 cache, the passes prefetch: FAR_AHEAD objects
// ahead the object, AHEAD ahead what it refers to. A full collection of 1e6 takes, in ns per object
// without and with it (n=3): chain and tree in order of allocation 3.5 / 5.5 and 6.4 / 8.0;
// shuffled 54 / 35 and 41 / 26. (The first one of a shuffled chain takes 180 either way: each miss
// waits for the one before.) Instructions per object: chain 70 / 122, tree 82 / 168.
enum { PREFETCH_FROM = 32768, AHEAD = 8, FAR_AHEAD = 16 };

struct collection {
    struct heap *h;
    struct heap_object **tracked;
    uint32_t start, scanned, reached, next, end; // see above
    uint32_t resurrected; // those handed back, and what they refer to, from here on
    uint64_t edges, promoted;
};

// ------------------------------------------------------------------------------------- prefetching
FAST void prefetch_object(const struct collection *c, uint32_t i) {
    if (i < c->end)
        __builtin_prefetch(c->tracked[i], 1);
}

FAST void prefetch_references(const struct collection *c, uint32_t i) {
    if (i < c->end)
        trial_prefetch_references(c->tracked[i]);
}

// ------------------------------------------------------------------------------------------ passes
FAST bool is_young(const struct collection *c, const struct heap_object *o) {
    return generational_front(o)->index >= c->start;
}

FAST void add_internal(struct heap_object *o) {
    generational_front(o)->internal += INTERNAL_ONE;
}

FAST void count_internal(struct collection *c, bool prefetch) {
    for (uint32_t i = c->start; i < c->end; i++) {
        if (prefetch) {
            prefetch_object(c, i + FAR_AHEAD);
            prefetch_references(c, i + AHEAD);
        }
        trial_count_references(c, c->tracked[i], is_young, add_internal, &c->edges, prefetch);
    }
}

// The object changes places with the first that was passed over, unless it is that one.
FAST void survive(struct collection *c, struct heap_object *o) {
    uint32_t place = c->reached++, index = generational_front(o)->index;
    if (place == index)
        return;
    struct heap_object *other = c->tracked[place];
    generational_place(c->h, other, index);
    generational_place(c->h, o, place);
}

FAST void follow_references(struct collection *c, struct heap_object *o, bool prefetch) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    c->promoted += generational_front(o)->internal & INTERNAL_PROMOTED;
    generational_front(o)->internal = 0;
    for (size_t j = 0; j < length; j++) {
        if (prefetch)
            trial_prefetch_slot(slots, length, j);
        if (!slots[j] || counted_is_atom(slots[j]))
            continue;
        union generational_front *target = generational_front(slots[j]);
        if (target->index >= c->next)
            target->internal &= INTERNAL_PROMOTED;
        else if (target->index >= c->reached)
            survive(c, slots[j]);
    }
}

FAST void reach_survivors(struct collection *c, bool prefetch) {
    for (c->next = c->start; c->next < c->end;) {
        if (prefetch) {
            prefetch_object(c, c->next + FAR_AHEAD);
            prefetch_references(c, c->next + AHEAD);
        }
        struct heap_object *o = c->tracked[c->next++];
        if (generational_front(o)->internal / INTERNAL_ONE == o->count)
            continue;
        survive(c, o);
        while (c->scanned < c->reached)
            follow_references(c, c->tracked[c->scanned++], prefetch);
    }
}

// Garbage that is guarded, and all that it refers to, survives (CPython 3.11, finalize_garbage and
// handle_resurrected_garbage). All of it is found before anything changes places.
static __attribute__((noinline, cold)) void hand_back(struct collection *c) {
    struct heap *h = c->h;
    size_t waiting = h->common.guards.end;
    for (uint32_t i = c->reached; i < c->end; i++) {
        if (!counted_is_guarded(c->tracked[i]))
            continue;
        counted_raise(h, c->tracked[i]);
        counted_unguard(h, c->tracked[i]);
    }
    for (; waiting < h->common.guards.end; waiting++) {
        struct heap_object *o = h->common.guards.entries[waiting];
        if (generational_front(o)->index >= c->reached)
            survive(c, o);
        while (c->scanned < c->reached)
            follow_references(c, c->tracked[c->scanned++], false);
    }
}

// -------------------------------------------------------------------------------------- untracking
// As in _PyTuple_MaybeUntrack and _PyDict_MaybeUntrack.
static bool holds_tracked(const struct heap_object *tuple) {
    struct heap_object **slots = counted_slots(tuple);
    size_t length = counted_length(tuple);
    for (size_t i = 0; i < length; i++)
        if (generational_may_be_tracked(slots[i]))
            return true;
    return false;
}

// The survivors that stay close the gaps, in order. Garbage is told by its index, which stays.
FAST uint32_t untrack(struct heap *h, uint32_t start, uint32_t end, bool dicts) {
    uint32_t kept = start;
    for (uint32_t i = start; i < end; i++) {
        struct heap_object *o = h->tracked[i];
        if ((dicts ? counted_is_dict(o) : counted_is_tuple(o)) && !holds_tracked(o)) {
            generational_front(o)->index_alone = 0;
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

// ----------------------------------------------------------------------------------------- garbage
FAST bool is_garbage(const struct collection *c, const struct heap_object *o) {
    return generational_front(o)->index >= c->reached;
}

// The garbage lies after tracked_count by now, or after a gap that tuples have left. Objects outside that die on the way move others
// within the range before it, and nothing is allocated, so it stays where it is.
static void free_garbage(struct collection *c) {
    struct heap *h = c->h;
    for (uint32_t i = c->reached; i < c->end; i++) {
        prefetch_object(c, i + FAR_AHEAD);
        trial_release_outside(h, c, c->tracked[i], is_garbage);
    }
    for (uint32_t i = c->reached; i < c->end; i++) {
        prefetch_object(c, i + FAR_AHEAD);
        size_t bytes = counted_free(h, c->tracked[i]);
        HEAP_COUNT(h->common.counters.bytes_freed += bytes);
    }
    HEAP_COUNT(h->common.counters.objects_freed += c->end - c->reached);
}

// -------------------------------------------------------------------------------------- collection
static void find_garbage(struct collection *c) {
    if (c->end - c->start < PREFETCH_FROM) {
        count_internal(c, false);
        reach_survivors(c, false);
    } else {
        count_internal(c, true);
        reach_survivors(c, true);
    }
}

// What was handed back moves down to the other survivors, where tuples have left a gap.
static uint32_t close_gap(struct collection *c, uint32_t end) {
    for (uint32_t i = c->resurrected; i < c->reached; i++)
        generational_place(c->h, c->tracked[i], end++);
    return end;
}

// The survivors of g join the next older generation, or stay in the oldest. What was handed back does so
// uncounted.
static void promote(struct collection *c, int g) {
    struct heap *h = c->h;
    uint32_t end = untrack_specials(h, g, c->start, c->resurrected);
    uint32_t survivors = end - c->start;
    end = close_gap(c, end);
    h->tracked_count = end;
    for (int younger = 0; younger <= g && younger < HEAP_GENERATIONS - 1; younger++)
        h->begin[younger] = end;
    if (g == 1)
        h->long_lived_pending += survivors;
    if (g == HEAP_GENERATIONS - 1) {
        h->long_lived_pending = 0;
        h->long_lived_total = survivors;
    }
    uint64_t promoted = survivors + c->reached - c->resurrected;
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
                           .tracked = h->tracked,
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
    for (uint32_t i = h->begin[HEAP_GENERATIONS - 2]; g == HEAP_GENERATIONS - 1 && i < c.end; i++)
        generational_front(h->tracked[i])->internal = INTERNAL_PROMOTED;
    find_garbage(&c);
    c.resurrected = c.reached;
    if (h->common.guards.guarded)
        hand_back(&c);
    promote(&c, g);
    free_garbage(&c);
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
void heap_collect_slow(struct heap *h) {
    pass_time(h);
    h->due.allocated_ns += TRIGGER_CONTAINER_NS;
    int g = due(h);
    if (g < 0)
        return;
    h->threshold[0] = trigger_adapt(&h->due, h->threshold[0], collect(h, g));
    h->trigger = h->threshold[0];
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
