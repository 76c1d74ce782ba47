// heap.c - boehm: its descriptor, its memory and libgc's, and what a user calls by hand.

#include "collect.h"

enum tunable {
    INCREMENTAL,
    FREE_SPACE_DIVISOR,
    COLLECT_EVERY,
    COLLECT_WHEN,
    INTERNED_KEPT,
    TUNABLES
};

static const struct setting tunables[TUNABLES] = {
    [INCREMENTAL] = {.name = "incremental",
                     .doc =
                         "mark a little at each refill, and collect by age; once on, it stays on "
                         "in a process",
                     .unit = "",
                     .choices = (const char *const[]){"off", "on", NULL},
                     .sweep = "off,on"},
    [FREE_SPACE_DIVISOR] = {.name = "free_space_divisor",
                            .doc = "collect when about live / divisor has been allocated, or grow "
                                   "by that",
                            .unit = "",
                            .fallback = 3,
                            .min = 1,
                            .max = 100,
                            .whole = 1,
                            .sweep = "1,2,3,4,8"},
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,
    [COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "the Boehm collector: marks conservatively from precise roots, sweeps lazily",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_VARIES | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// Under a limit, this much of it is left to descriptors (a fifteenth of the cells) and to growth
// of the mark stack, which libgc gets from the system without asking. The intern table, which is
// small, may have most of it.
static size_t limit_reserve(const struct heap *h) {
    return h->limit_bytes / 10 + (192 << 10);
}

static size_t left_of(size_t limit, size_t used) {
    return used < limit ? limit - used : 0;
}

// Bring the counters up to date, and share what the limit leaves: either libgc may have it, or the
// rest. What libgc has unmapped it maps again without asking, so that does not count as left: nor does what earlier heaps of this
// process took at their peak.
void boehm_settle_memory(struct heap *h) {
    struct collect_memory gc;
    collect_measure(&gc);
    struct heap_counters *c = &h->common.counters;
    c->memory_bytes = gc.mapped_bytes + h->common.memory.held_bytes;
    if (c->memory_bytes > c->memory_peak_bytes)
        c->memory_peak_bytes = c->memory_bytes;
    if (!h->limit_bytes)
        return;
    size_t used = gc.obtained_bytes + h->common.memory.held_bytes, reserve = limit_reserve(h);
    GC_set_max_heap_size(gc.cell_bytes + left_of(h->limit_bytes, used + reserve));
    h->common.memory.limit_bytes =
        h->common.memory.held_bytes + left_of(h->limit_bytes, used + reserve / 8);
}

void boehm_settle(struct heap *h) {
    boehm_settle_memory(h);
    collect_count(h);
    h->common.counters.objects_visited = h->common.counters.edges_visited = HEAP_UNKNOWN;
    h->common.counters.mark_overflows = HEAP_UNKNOWN; // libgc enlarges its stack, and starts over
}

// --------------------------------------------------------------------------------------- lifecycle
int boehm_open(struct heap *h, const struct heap_config *config) {
    h->limit_bytes = config->limit_bytes;
    h->enabled = true;
    if (collect_open(h))
        return ENOMEM;
    GC_set_free_space_divisor((GC_word)config->tunables[FREE_SPACE_DIVISOR]);
    if (config->tunables[INCREMENTAL] != 0)
        collect_incrementally();
    GC_set_max_heap_size(0);
    boehm_settle_memory(h); // libgc may hold much from an earlier heap
    return h->limit_bytes && h->common.counters.memory_bytes > h->limit_bytes ? ENOMEM : 0;
}

// Registers go after this: libgc may be marking from them.
void boehm_close(struct heap *h) {
    heap_enable(h, true);
    collect_close(h);
}

size_t heap_collect(struct heap *h, int generation) {
    (void)generation;
    collect_count(h);
    uint64_t freed = h->common.counters.objects_freed;
    collect_full();
    collect_count(h);
    return HEAP_COUNTING ? h->common.counters.objects_freed - freed : (size_t)HEAP_UNKNOWN;
}

void heap_enable(struct heap *h, bool on) {
    if (h->enabled == on)
        return;
    h->enabled = on;
    if (on)
        GC_enable();
    else
        GC_disable();
}

#include "parts/without/freezing.h"
