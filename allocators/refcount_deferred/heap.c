// heap.c - refcount_deferred: its descriptor, the table's memory, and checks.

#include "heap.h"

#include "parts/counted/waiting.h"

enum tunable { ZCT, MEMORY, INTERNED_KEPT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [ZCT] = {.name = "zct",
             .doc = "objects that enter the zero-count table before it is scanned",
             .unit = "objects",
             .fallback = 1024,
             .min = 1,
             .max = DEFERRED_ZCT_MAX,
             .whole = 1,
             .sweep = "64,256,1024,4096,16384,65536"},
    [MEMORY] = HEAP_TUNABLE_MEMORY,
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "reference counting without the registers: objects that no slot refers to wait in a "
               "table",
    .traits = HEAP_FREES_ACYCLIC | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// --------------------------------------------------------------------------------------- lifecycle
int deferred_open(struct heap *h, const struct heap_config *config) {
    h->table_bytes = ROOTS_CHUNK_BYTES + DEFERRED_ZCT_MAX * sizeof *h->table;
    h->table = h->next = covered_open(h->table_bytes);
    if (!h->table)
        return ENOMEM;
    h->common.roots.admit = deferred_table_admit;
    h->common.roots.context = h;
    h->zct = (size_t)config->tunables[ZCT];
    heap_enable(h, true);
    return 0;
}

void deferred_drain(struct heap *h) {
    if (h->table)
        (void)heap_collect(h, HEAP_GENERATIONS - 1);
}

void deferred_close(struct heap *h) {
    covered_close(h->table, h->table_bytes);
}

// ------------------------------------------------------------------------------------------ checks
const char *deferred_check(struct heap *h) {
    if (h->common.pausing)
        return "no scan is running between operations";
    if (h->next < h->table || h->next >= h->limit ||
        h->limit > h->table + h->table_bytes / sizeof *h->table)
        return "there is room in the table for one more object";
    if (HEAP_COUNTING && h->common.counters.objects_collected != h->common.counters.objects_freed)
        return "only a scan frees";
    return waiting_check(h, h->table, h->next);
}

void deferred_enumerate(struct heap *h, counted_visit *visit, void *audit) {
    waiting_enumerate(h, h->table, h->next, visit, audit);
}
