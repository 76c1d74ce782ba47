// heap.c - sticky: its descriptor, when to collect what, and what is remembered.

#include "heap.h"

#include "parts/covered.h"
#include "parts/swept/collect.h"
#include "parts/without/freezing.h"

enum tunable {
    MINOR,
    MAJOR,
    MIN_YOUNG,
    MEMORY,
    MARK_STACK,
    COLLECT_EVERY,
    COLLECT_WHEN,
    INTERNED_KEPT,
    TUNABLES
};

static const struct setting tunables[TUNABLES] = {
    [MINOR] = {.name = "minor",
               .doc = "collect the young when the heap has grown by so many per cent",
               .unit = "%",
               .fallback = 20,
               .min = 1,
               .max = 1000,
               .sweep = "5,10,20,50,100"},
    [MAJOR] = {.name = "major",
               .doc = "collect everything when it has grown by so many since that was done last",
               .unit = "%",
               .fallback = 100,
               .min = 1,
               .max = 10000,
               .sweep = "50,100,200,400"},
    [MIN_YOUNG] = {.name = "min_young",
                   .doc = "bytes that are allocated before a collection, at least",
                   .unit = "bytes",
                   .fallback = 2e6,
                   .min = 4096,
                   .max = 1e12,
                   .whole = 1,
                   .sweep = "5e5,2e6,8e6"},
    SWEPT_TUNABLES,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "marksweep with generations: what is marked stays so and is old; nothing moves",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_GENERATIONAL | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
    .presets = (const struct preset[]){{.name = "lua5.4",
                                        .assignments = "minor=20,major=100",
                                        .doc = "as Lua 5.4's generational mode"},
                                       {.name = NULL}},
};

// --------------------------------------------------------------------------------------- lifecycle
// The array may move.
static bool cover(void *context, size_t held_bytes) {
    struct heap *h = context;
    struct heap_object **moved = covered_grow(&h->common.memory, h->remembered, held_bytes);
    if (moved)
        h->remembered = moved;
    return moved;
}

int sticky_open(struct heap *h, const struct heap_config *config) {
    h->minor = config->tunables[MINOR] / 100;
    h->major = config->tunables[MAJOR] / 100;
    h->min_young_bytes = (size_t)config->tunables[MIN_YOUNG];
    h->remembered = covered_begin(&h->common.memory, cover, h);
    int error =
        swept_open(h, config, config->tunables[MEMORY] != 0, (size_t)config->tunables[MARK_STACK]);
    h->due.threshold_bytes = h->min_young_bytes;
    return h->remembered ? error : ENOMEM;
}

void sticky_close(struct heap *h) {
    covered_close(h->remembered, h->common.memory.covered_bytes);
    swept_close(h);
}

// -------------------------------------------------------------------------------------------- when
size_t sticky_next_bytes(struct heap *h, int generation, size_t bytes) {
    size_t more = (size_t)((double)bytes * h->minor);
    if (generation == HEAP_GENERATIONS - 1)
        h->base_bytes = bytes;
    return bytes + (more > h->min_young_bytes ? more : h->min_young_bytes);
}

int sticky_choose(const struct heap *h) {
    double most = (double)h->base_bytes * (1 + h->major);
    bool grown = h->used_bytes > h->base_bytes + h->min_young_bytes && (double)h->used_bytes > most;
    return grown ? HEAP_GENERATIONS - 1 : 0;
}

// -------------------------------------------------------------------------------------- remembered
void heap_remember_slow(struct heap *h, struct heap_object *o) {
    o->flags |= STICKY_REMEMBERED;
    h->remembered[h->remembered_count++] = o;
}

void sticky_remembered(struct heap *h, struct marker *m) {
    size_t count = h->remembered_count;
    h->remembered_count = 0;
    for (size_t i = 0; i < count; i++) {
        h->remembered[i]->flags &= (uint8_t)~STICKY_REMEMBERED;
        if (m)
            mark_changed(m, h->remembered[i]);
    }
}

const char *sticky_check(const struct heap *h, const struct heap_object *o,
                         const struct heap_object *target) {
    (void)h;
    if (o->flags & MARK_EPOCHS && target && !(target->flags & MARK_EPOCHS) &&
        !(o->flags & STICKY_REMEMBERED))
        return "an old object that refers to a young one is remembered";
    return NULL;
}
