// slow.c - refcount: its descriptor, set-up and checks; the rest is parts/counted_slow.h. See
// fast.h.

#include "heap.h"

#include "parts/counted_slow.h"
#include "parts/counted_verify.h"

enum tunable { MEMORY, TUNABLES };

static const struct setting tunables[TUNABLES] = {[MEMORY] = HEAP_TUNABLE_MEMORY};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "pure reference counting: frees at once, never frees cycles",
    .traits = HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (counted_open(h, config, config->tunables[MEMORY] != 0)) {
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

// The first word of a cell is the header of an object that is referred to, or a wide word; see
// counted.h.
struct cell_visitor {
    void (*visit)(void *audit, struct heap_object *o);
    void *audit;
};

static void visit_cell(void *context, void *cell) {
    struct cell_visitor *v = context;
    struct heap_object *o = cell;
    v->visit(v->audit, o->count ? o : o + 1);
}

static void counted_enumerate(struct heap *h, void (*visit)(void *audit, struct heap_object *o),
                              void *audit) {
    struct cell_visitor v = {visit, audit};
    pool_walk(&h->pool, POOL_OBJECTS, visit_cell, &v);
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

size_t heap_collect(struct heap *h, int generation) {
    (void)h;
    (void)generation;
    return 0;
}

void heap_enable(struct heap *h, bool on) {
    (void)h;
    (void)on;
}

void heap_freeze(struct heap *h) {
    (void)h;
}

void heap_unfreeze(struct heap *h) {
    (void)h;
}
