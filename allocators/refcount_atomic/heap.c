// heap.c - refcount_atomic: its descriptor, and what it refuses.

#include "heap.h"
#include "parts/without/collector.h"

enum tunable { MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [MEMORY] = HEAP_TUNABLE_MEMORY, [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "refcount with atomic counts: what counting pays for threads, even if there is one",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};
