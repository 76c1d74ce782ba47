// heap.c - generational: its descriptor, set-up, the array of containers, what can be seen of it,
// and checks. See fast.h.

#include "heap.h"

#include "parts/cpython/gc_state.h"
#include "parts/cpython/gc_tunables.h"

enum { FIRST_CAPACITY = 1024 }; // of the array of containers, 8 kB

enum { DICTS = GC_TUNABLES, RELEASE };

// Young generations are collected by count alone.
#define YOUNG "threshold0!=off,trigger=count"

static const struct setting tunables[] = {
    GC_TUNABLES_SWEPT("off,70,200,400,700,1000,2000,5000,10000,20000,70000", "1,5,10,20,50",
                      "1,5,10,20,50", YOUNG),
    [DICTS] = {.name = "dicts",
               .doc =
                   "lazy: the collector sees a dict from the first container that it holds on, as "
                   "up to CPython 3.13; tracked: from its birth, as since 3.14",
               .unit = "",
               .choices = (const char *const[]){"lazy", "tracked", NULL}},
    [RELEASE] = {.name = "release",
                 .doc = "whose rules hold where CPython's releases differ: since 3.12 a collection "
                        "runs once the container is complete by which it is due; dead tuples of 20 "
                        "wait from 3.11 on, and are used again from 3.12.5 on, like 3.13",
                 .unit = "",
                 .fallback = 1,
                 .choices = (const char *const[]){"3.10", "3.11", "3.12", "3.13", NULL}},
    TRIGGER_TUNABLE_INTERVAL("0", "generation 0 ", YOUNG),
    TRIGGER_TUNABLE_INTERVAL("1", "generation 1 ", YOUNG),
    TRIGGER_TUNABLE_INTERVAL("2", "generation 2 ", "threshold0!=off"),
    TRIGGER_TUNABLES_OF_CONTAINERS("interval0!=off|interval1!=off|interval2!=off"),
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "reference counting with CPython 3.11's generational cycle collector",
    .traits = GC_TRAITS,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
    .presets = GC_PRESETS(",release=3.13", TRIGGER_PRESET_OF_CONTAINERS, ),
};

// --------------------------------------------------------------------------------------- lifecycle
int generational_open(struct heap *h, const struct heap_config *config) {
    h->tracked_count = h->base = 1;
    h->lazy_dicts = !config->tunables[DICTS];
    enum generational_release release = (enum generational_release)config->tunables[RELEASE];
    h->collects_after = release >= GENERATIONAL_312;
    h->longest_kept = release == GENERATIONAL_310 ? GENERATIONAL_LENGTHS - 1 : GENERATIONAL_LENGTHS;
    h->longest_used = release == GENERATIONAL_313 ? GENERATIONAL_LENGTHS : GENERATIONAL_LENGTHS - 1;
    for (int g = 0; g < HEAP_GENERATIONS; g++) {
        h->threshold[g] = (uint32_t)config->tunables[GC_THRESHOLD0 + g];
        h->begin[g] = 1;
    }
    trigger_open(&h->due, config,
                 (const char *const[HEAP_GENERATIONS]){"interval0", "interval1", "interval2"});
    heap_enable(h, config->tunables[GC_ENABLED] != 0);
    return 0;
}

void generational_drain(struct heap *h) {
    heap_unfreeze(h);
    heap_collect(h, HEAP_GENERATIONS - 1);
}

void generational_close(struct heap *h) {
    memory_free(&h->common.memory, h->tracked, (size_t)h->tracked_capacity * sizeof *h->tracked);
}

// ---------------------------------------------------------------------------------------- tracking
static int resize_tracked(struct heap *h, int64_t capacity) {
    void *tracked = memory_resize(&h->common.memory, h->tracked,
                                  (size_t)h->tracked_capacity * sizeof *h->tracked,
                                  (size_t)capacity * sizeof *h->tracked);
    if (!tracked)
        return ENOMEM;
    h->tracked = tracked;
    h->tracked_capacity = capacity;
    generational_rebase(h, h->base);
    return 0;
}

static int grow_tracked(struct heap *h) {
    if (h->tracked_capacity > UINT32_MAX / 2)
        return ENOMEM;
    return resize_tracked(h, h->tracked_capacity ? h->tracked_capacity * 2 : FIRST_CAPACITY);
}

// At a quarter of the capacity the array is halved, so that it is not grown again at once.
void heap_shrink_slow(struct heap *h) {
    while (h->tracked_capacity > FIRST_CAPACITY && h->tracked_count < h->tracked_capacity / 4)
        if (resize_tracked(h, h->tracked_capacity / 2))
            return;
}

// As in _PyObject_GC_Alloc: the new object is counted, and may start a collection, before it is
// tracked, so that no collection sees it half made. A collection sets the counter to 0, where it
// stays when the object is tracked.
//
// From 3.12 on the collection runs when the object is complete, and so is one of its survivors. Nothing else is different,
// since what the object refers to is reachable without it: so it joins them (heap_join_slow) when it is tracked.
int heap_admit_slow(struct heap *h, enum heap_kind kind) {
    if (h->tracked_count >= h->tracked_capacity && grow_tracked(h))
        return ENOMEM;
    if (counted_ready(h, kind))
        return 0;
    if (kind == HEAP_LIST && h->waiting_lists) {
        h->waiting_lists--;
        generational_rebase(h, h->base + 1);
        return 0;
    }
    int g = heap_collect_slow(h);
    generational_rebase(h, h->tracked_count + 1);
    h->joins = h->collects_after ? g + 1 : 0;
    return 0;
}

// The survivors end where the array does, and no younger object is there.
void heap_join_slow(struct heap *h, struct heap_object *o) {
    (void)o;
    int g = h->joins - 1;
    if (g < 0)
        return;
    h->joins = 0;
    for (int younger = 0; younger <= g && younger < HEAP_GENERATIONS - 1; younger++)
        h->begin[younger]++;
    h->long_lived_pending += g == 1;
    h->long_lived_total += g == HEAP_GENERATIONS - 1;
    h->common.counters.objects_visited++;
    h->common.counters.objects_promoted++;
}

// Those like o that are in the array.
static uint32_t *specials(struct heap *h, const struct heap_object *o) {
    return counted_is_dict(o) ? &h->dicts : &h->tuples;
}

// A tuple or dict that waited is not counted, like a list.
int heap_admit_tuple_slow(struct heap *h, size_t length) {
    if (h->tracked_count >= h->tracked_capacity && grow_tracked(h))
        return ENOMEM;
    if (length <= h->longest_used && h->waiting_tuples[length]) {
        h->waiting_tuples[length]--;
        generational_rebase(h, h->base + 1);
        return 0;
    }
    return counted_ready(h, HEAP_NODE) ? 0 : heap_admit_slow(h, HEAP_NODE);
}

void heap_track_tuple_slow(struct heap *h, struct heap_object *o) {
    if (counted_is_dict(o) && h->lazy_dicts) { // it is counted all the same
        counted_place(o)->index_alone = 0;
        generational_rebase(h, h->base - 1);
        h->joins = 0;
        return;
    }
    if (h->joins && counted_is_tuple(o) && !generational_holds_tracked(o)) { // which untracks it
        counted_place(o)->index_alone = 0;
        generational_rebase(h, h->base - 1);
        h->joins = 0;
        return;
    }
    generational_track(h, o);
    ++*specials(h, o);
    heap_join_slow(h, o);
}

// MAINTAIN_TRACKING of Objects/dictobject.c. The counter stays.
int heap_note_put_slow(struct heap *h, struct heap_object *dict, const struct heap_object *o) {
    if (!generational_is_untracked(dict) || !generational_may_be_tracked(o))
        return 0;
    if (h->tracked_count >= h->tracked_capacity && grow_tracked(h))
        return ENOMEM;
    generational_track(h, dict);
    generational_rebase(h, h->base + 1);
    h->dicts++;
    return 0;
}

// Whether it waits to be used again.
static bool tuple_waits(struct heap *h, const struct heap_object *o) {
    size_t length = counted_is_dict(o) ? 0 : counted_length(o);
    if (length > h->longest_kept ||
        h->waiting_tuples[length] ==
            (length ? GENERATIONAL_WAITING_TUPLES : GENERATIONAL_WAITING_DICTS))
        return false;
    h->waiting_tuples[length]++;
    return true;
}

// Of an untracked one the counter is not lowered by its leaving the array.
void heap_bury_tuple_slow(struct heap *h, struct heap_object *o) {
    bool tracked = !generational_is_untracked(o), waits = tuple_waits(h, o);
    if (tracked) {
        generational_untrack(h, o);
        --*specials(h, o);
    }
    if (waits)
        generational_rebase(h, h->base - tracked);
    else if (tracked)
        generational_dismiss(h, HEAP_NODE);
    else if (h->tracked_count > h->base)
        generational_rebase(h, h->base + 1);
}

// The counter is set when the collection ends.
void heap_collect_tuple_slow(struct heap *h, struct heap_object *o) {
    (void)tuple_waits(h, o);
    --*specials(h, o);
}

// ----------------------------------------------------------------------------------------- figures
int heap_gc_state(struct heap *h, struct gc_state *out) {
    *out = (struct gc_state){
        .collections = {h->common.counters.collections_gen0, h->common.counters.collections_gen1,
                        h->common.counters.collections_gen2},
        .tracked = {(uint64_t)h->tracked_count - h->begin[0], h->begin[0] - h->begin[1],
                    h->begin[1] - h->begin[2], h->begin[2] - 1}};
    for (int g = 0; g < HEAP_GENERATIONS; g++) {
        out->collected[g] = h->collected[g];
        out->count[g] = g ? h->older_count[g] : (uint64_t)(h->tracked_count - h->base);
    }
    return 0;
}

// ------------------------------------------------------------------------------------------ checks
void generational_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    for (int64_t i = 1; i < h->tracked_count; i++)
        visit(audit, h->tracked[i]);
}

bool generational_enumerates(struct heap *h, const struct heap_object *o) {
    (void)h;
    return !counted_is_atom(o) && !generational_is_untracked(o);
}

// An atom, or an untracked tuple or dict, that is held has a reference, from a container or a register.
bool generational_enumerates_all(struct heap *h) {
    (void)h;
    return true;
}

static const char *verify_tracked(const struct heap *h) {
    uint32_t tuples = 0, dicts = 0;
    if (h->begin[2] < 1 || h->begin[2] > h->begin[1] || h->begin[1] > h->begin[0] ||
        (int64_t)h->begin[0] > h->tracked_count ||
        h->tracked_count > (h->tracked_capacity ? h->tracked_capacity : 1))
        return "generations follow each other, the oldest first";
    for (int64_t i = 1; i < h->tracked_count; i++) {
        tuples += counted_is_tuple(h->tracked[i]);
        dicts += counted_is_dict(h->tracked[i]);
        if (counted_is_atom(h->tracked[i]))
            return "only containers are tracked";
        if (counted_place(h->tracked[i])->index != i)
            return "a tracked object knows its index";
        if (counted_place(h->tracked[i])->internal)
            return "references from inside are counted within a collection only";
    }
    return tuples == h->tuples && dicts == h->dicts ? NULL
                                                    : "tuples and dicts in the array are counted";
}

static const char *verify_counter(const struct heap *h) {
    int64_t due = h->base + h->trigger;
    if (h->trigger != (h->enabled && h->threshold[0] ? h->threshold[0] : GENERATIONAL_OFF))
        return "collections start at threshold0, unless they are off";
    if (h->base > h->tracked_count)
        return "the counter of allocations less frees is never below 0";
    if (h->limit != (due < h->tracked_capacity ? due : h->tracked_capacity))
        return "the limit is where the array is full or a collection is due";
    return NULL;
}

const char *generational_check(struct heap *h) {
    const char *broken = verify_tracked(h);
    if (!broken && h->common.pausing)
        broken = "no collection is running between operations";
    if (!broken)
        broken = verify_counter(h);
    if (!broken && h->waiting_lists > GENERATIONAL_WAITING_LISTS)
        broken = "no more lists wait than CPython keeps";
    if (!broken && h->waiting_tuples[0] > GENERATIONAL_WAITING_DICTS)
        broken = "no more dicts wait than CPython keeps";
    for (size_t i = 0; i <= GENERATIONAL_LENGTHS && !broken; i++)
        if (h->waiting_tuples[i] > GENERATIONAL_WAITING_TUPLES)
            broken = "no more tuples wait than CPython keeps";
    return broken;
}
