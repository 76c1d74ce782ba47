// strategy.c - semispace: the descriptor, the heap's life, and what a user calls by hand.

#include "collect.h"

#include <stdlib.h>

enum { TUNABLE_GROWTH, TUNABLE_MIN_HEAP };

static const struct setting tunables[] = {
    {.name = "growth",
     .doc = "size of a semispace after a collection, as a multiple of what was live",
     .unit = "x",
     .fallback = 2,
     .min = 1.05,
     .max = 100,
     .sweep = "1.5,2,3,4,6"},
    {.name = "min_heap",
     .doc = "collect by itself only when the semispace has grown to this",
     .unit = "bytes",
     .fallback = 4e6,
     .min = 65536,
     .max = 1e12,
     .whole = 1,
     .sweep = "1e6,4e6,16e6,64e6"},
    HEAP_TUNABLE_COLLECT_EVERY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "copies what is reachable into fresh memory and forgets the rest: Cheney's "
               "collector, which moves objects",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_MOVES,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
};

static double tunable(const struct heap_config *config, int i) {
    return config->tunables ? config->tunables[i] : tunables[i].fallback;
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    intern_init(&h->interned, &h->memory);
    large_init(&h->large, &h->memory);
    h->space.memory = &h->memory;
    h->listener = config->listener;
    h->growth = tunable(config, TUNABLE_GROWTH);
    h->min_heap_bytes = h->threshold_bytes = (size_t)tunable(config, TUNABLE_MIN_HEAP);
    h->enabled = true;
    h->small_ints = plain_new_ints(&h->memory);
    if (!h->small_ints || roots_init(&h->roots)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    space_free(&h->space);
    large_free_all(&h->large);
    roots_free(&h->roots);
    intern_free(&h->interned);
    plain_free_ints(&h->memory, h->small_ints);
    memory_close(&h->memory);
    free(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    out->memory_bytes = h->memory.held_bytes;
    out->memory_peak_bytes = h->memory.peak_bytes;
}

size_t heap_collect(struct heap *h, int generation) {
    (void)generation;
    return collect(h, NULL);
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    collect_set_end(h);
}

// What is frozen would have to be scanned all the same, to find what it refers to, and what it
// refers to moves.
#include "parts/no_freezing.h"
