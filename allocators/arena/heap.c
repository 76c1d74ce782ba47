// heap.c - arena: its descriptor, set-up, and what it refuses.

#include "heap.h"
#include "parts/without/collector.h"

enum tunable { CHUNK, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [CHUNK] = {.name = "chunk",
               .doc = "memory that a space takes from the system at a time",
               .unit = "bytes",
               .fallback = 262144,
               .min = 4096,
               .max = 67108864,
               .sweep = "65536,262144,1048576,4194304",
               .whole = 1},
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "allocates by bumping a pointer and releases whole regions at once",
    .traits = HEAP_FREES_REGIONS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

int arena_open(struct heap *h, const struct heap_config *config) {
    h->chunk_bytes = ((size_t)config->tunables[CHUNK] + 4095) & ~(size_t)4095;
    return 0;
}
