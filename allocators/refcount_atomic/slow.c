// slow.c - refcount_atomic: its descriptor; the rest is parts/counted_alone.h. See fast.h.

#include "heap.h"

#include "parts/counted_alone.h"

static const struct setting tunables[] = {HEAP_TUNABLE_MEMORY};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "refcount with atomic counts: what counting pays for threads, even if there is one",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
};
