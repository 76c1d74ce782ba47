// heap.c - what the life of a heap has of its own where objects have counts, and its counters.

#include "parts/life.h"

static const struct heap_object life_int = {
    .count = COUNTED_FOREVER, .bytes = sizeof(int64_t), .shape = COUNTED_ATOM};

static void life_begin(struct heap *h, const struct heap_config *config) {
    pool_init(&h->common.pool, &h->common.memory, life_tunable(config, "memory") != 0);
}

static int life_open(struct heap *h, const struct heap_config *config) {
    return counted_open(h, config);
}

// Objects that wait to be taken go too, and may hand others back. Returns whether there were any.
static bool life_let_go(struct heap *h) {
    bool any = guards_any(&h->common.guards);
    while (guards_any(&h->common.guards))
        counted_lower(h, guards_take(&h->common.guards));
    return any;
}

// With memory=malloc, release builds have nothing that leads to an object but references, so each
// is released; cycles, where nothing collects them, stay until the process ends.
static void life_end(struct heap *h) {
    h->common.listener = (struct heap_listener){.context = NULL};
    if (!pool_walks_all(&h->common.pool)) {
        while (h->common.roots.top)
            heap_leave(h);
        do
            counted_drain(h);
        while (life_let_go(h));
    }
    counted_close(h);
    pool_free_all(&h->common.pool);
}

uint64_t heap_unused_bytes(struct heap *h) {
    return pool_unused_bytes(&h->common.pool);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->common.counters;
    out->rc_increments += h->common.rc_exchanges;
    out->rc_decrements += h->common.rc_exchanges;
    out->memory_bytes = h->common.memory.held_bytes;
    out->memory_peak_bytes = h->common.memory.peak_bytes;
    heap_hide_uncounted(out);
}
