// heap.c - the life of a heap whose objects have counts, and its counters.

#include "heap.h"

#include <stdlib.h>

// Whether the strategy declares HEAP_TUNABLE_MEMORY, and it is set to malloc.
static bool heap_is_from_malloc(const struct heap_config *config) {
    const struct setting *all = heap_strategy.tunables;
    const struct setting *memory = setting_find(all, heap_strategy.tunable_count, "memory");
    return memory && config->tunables[memory - all] != 0;
}

// Returns 0 or ENOMEM, and then heap_close is due.
static int heap_open(struct heap *h, const struct heap_config *config) {
    struct counted *c = &h->common;
    memory_init(&c->memory, config->limit_bytes, config->refuse_request);
    pool_init(&c->pool, &c->memory, heap_is_from_malloc(config));
    intern_init(&c->interned, &c->memory);
    c->listener = config->listener;
    c->small_ints = memory_malloc(&c->memory, COUNTED_INTS * sizeof *c->small_ints);
    if (!c->small_ints || roots_init(&c->roots))
        return ENOMEM;
    for (int i = 0; i < COUNTED_INTS; i++)
        c->small_ints[i] = (struct counted_int){
            {.count = COUNTED_FOREVER, .bytes = sizeof(int64_t), .shape = HEAP_ATOM},
            HEAP_INT_MIN + i};
    return 0;
}

static void heap_close(struct heap *h) {
    struct counted *c = &h->common;
    pool_free_all(&c->pool);
    roots_free(&c->roots);
    intern_free(&c->interned);
    memory_free(&c->memory, c->small_ints, COUNTED_INTS * sizeof *c->small_ints);
    memory_close(&c->memory);
    free(h);
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (heap_open(h, config)) {
        heap_close(h);
        return NULL;
    }
    if (counted_open(h, config)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

// With memory=malloc, release builds have nothing that leads to an object but references, so each
// is released; cycles, where nothing collects them, stay until the process ends.
void heap_free(struct heap *h) {
    if (!h)
        return;
    h->common.listener = (struct heap_listener){0};
    if (!pool_walks_all(&h->common.pool)) {
        while (h->common.roots.top)
            heap_leave(h);
        counted_drain(h);
    }
    counted_close(h);
    heap_close(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->common.counters;
    out->rc_increments += h->common.rc_exchanges;
    out->rc_decrements += h->common.rc_exchanges;
    out->memory_bytes = h->common.memory.held_bytes;
    out->memory_peak_bytes = h->common.memory.peak_bytes;
    heap_hide_uncounted(out);
}
