// slow.c - refcount: its descriptor; the rest is parts/counted_alone.h. See fast.h.

#include "heap.h"

#include "parts/counted_alone.h"

static const struct setting tunables[] = {HEAP_TUNABLE_MEMORY_QUICK};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "pure reference counting: frees at once, never frees cycles",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
};
