// counted_alone.h - the rest of a strategy that has counts and nothing beside them (refcount,
// refcount_atomic). Included once, by the strategy's slow.c behind its descriptor and
// counted_verify.h; its one tunable is HEAP_TUNABLE_MEMORY.

#ifndef HEAPBENCH_COUNTED_ALONE_H
#define HEAPBENCH_COUNTED_ALONE_H

#include "parts/counted_release.h"
#include "parts/counted_slow.h"
#include "parts/counted_verify.h"

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (counted_open(h, config, config->tunables[0] != 0)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    h->listener = (struct heap_listener){0};
    while (h->roots.top && !pool_walks_all(&h->pool))
        heap_leave(h); // the pool does not know what to give back
    counted_close(h);
}

static void counted_enumerate(struct heap *h, void (*visit)(void *audit, struct heap_object *o),
                              void *audit) {
    audit_cells(h, visit, audit);
}

static bool counted_enumerates(struct heap *h, const struct heap_object *o) {
    (void)o;
    return pool_walks_all(&h->pool);
}

static bool counted_enumerates_all(struct heap *h) {
    return pool_walks_all(&h->pool);
}

const char *heap_verify(struct heap *h) {
    return counted_verify(h);
}

#include "parts/no_collector.h"

#endif
