// heap.c - semispace: the descriptor, the heap's life, and what a user calls by hand.

#include "collect.h"

enum tunable {
    GROWTH,
    MIN_HEAP,
    COLLECT_EVERY,
    COLLECT_WHEN,
    INTERNED_KEPT,
};

static const struct setting tunables[] = {
    [GROWTH] = {.name = "growth",
                .doc = "size of a semispace after a collection, as a multiple of what was live",
                .when = "trigger=growth",
                .unit = "x",
                .fallback = 2,
                .min = 1.05,
                .max = 100,
                .sweep = "1.5,2,3,4,6"},
    [MIN_HEAP] = {.name = "min_heap",
                  .doc = "collect by itself only when the semispace has grown to this",
                  .when = "trigger=growth",
                  .unit = "bytes",
                  .fallback = 4e6,
                  .min = 65536,
                  .max = 1e12,
                  .whole = 1,
                  .sweep = "1e6,4e6,16e6,64e6"},
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,
    [COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
    TRIGGER_TUNABLES_OF_BYTES,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "copies what is reachable into fresh memory and forgets the rest: Cheney's "
               "collector, which moves objects",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_MOVES | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
    .presets = TRIGGER_PRESET_OF_BYTES,
};

int semispace_open(struct heap *h, const struct heap_config *config) {
    large_init(&h->large, &h->common.memory);
    h->space.memory = &h->common.memory;
    trigger_open(&h->due, config, (const char *const[HEAP_GENERATIONS]){"interval"});
    h->external_bytes = h->unasked_bytes = h->due.threshold_bytes;
    h->enabled = true;
    return 0;
}

void semispace_close(struct heap *h) {
    space_free(&h->space);
    large_free_all(&h->large);
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
#include "parts/without/freezing.h"
