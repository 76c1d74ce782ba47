// strategy.c - marksweep: the descriptor, the heap's life, and what a user calls by hand.

#include "collect.h"

#include <stdlib.h>

enum { TUNABLE_GROWTH, TUNABLE_MIN_HEAP, TUNABLE_MEMORY, TUNABLE_MARK_STACK };

// What decided the defaults is peak memory no higher than the Boehm collector's where both collect:
// binary_trees holds 3.86 MB against its 3.94, cycles[live=1000000] 39.6 against 46.4, and rings
// 1.85 times what malloc takes. From growth 2 and min_heap 4e6 that is 7 % less memory for 2 % more
// CPU, and for a live set below a megabyte a quarter less for as little.
static const struct setting tunables[] = {
    {.name = "growth",
     .doc = "collect when the heap has grown to this multiple of what was live",
     .unit = "x",
     .fallback = 1.85,
     .min = 1.05,
     .max = 100,
     .sweep = "1.1,1.25,1.5,1.85,2.5,4,6",
     .quick_sweep = 1},
    {.name = "min_heap",
     .doc = "collect by itself only when the heap has grown to this",
     .unit = "bytes",
     .fallback = 3e6,
     .min = 65536,
     .max = 1e12,
     .whole = 1,
     .sweep = "1e6,3e6,16e6,64e6"},
    HEAP_TUNABLE_MEMORY_QUICK,
    {.name = "mark_stack",
     .doc = "most entries of the mark stack, beyond which marking walks blocks again",
     .unit = "entries",
     .fallback = 1 << 20,
     .min = 1,
     .max = 1e9,
     .whole = 1},
    HEAP_TUNABLE_COLLECT_EVERY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "marks what is reachable, frees the rest: precise, stop-the-world, sweeping lazily",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES,
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
    blocks_init(&h->blocks, h->classes, &h->memory);
    h->singles.memory = &h->memory;
    h->listener = config->listener;
    h->growth = tunable(config, TUNABLE_GROWTH);
    h->min_heap_bytes = h->threshold_bytes = (size_t)tunable(config, TUNABLE_MIN_HEAP);
    h->all_single = tunable(config, TUNABLE_MEMORY) != 0;
    h->enabled = true;
    h->small_ints = plain_new_ints(&h->memory);
    size_t most = (size_t)tunable(config, TUNABLE_MARK_STACK);
    if (!h->small_ints || mark_stack_init(&h->mark_stack, &h->memory, most) ||
        roots_init(&h->roots)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    blocks_free(&h->blocks);
    singles_free(&h->singles);
    mark_stack_free(&h->mark_stack);
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
    size_t garbage = collect(h);
    collect_sweep_singles(h); // so that the memory held is that of live objects
    return garbage;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
}

// To mark what is frozen is the only way to know what it refers to, and marking is the cost that
// freezing is there to avoid; the one part that it could spare, sweeping, is nothing for a block
// that is all live.
#include "parts/no_freezing.h"
