// heap.c - what the life of a heap has of its own where objects have no counts, and its counters.

#include "parts/life.h"

static const struct heap_object life_int = {
    .size = sizeof(int64_t), .kind = HEAP_ATOM, .flags = PLAIN_IMMORTAL};

static void life_begin(struct heap *h, const struct heap_config *config) {
    (void)h;
    (void)config;
}

static int life_open(struct heap *h, const struct heap_config *config) {
    return plain_open(h, config);
}

static void life_end(struct heap *h) {
    plain_close(h);
}

uint64_t heap_unused_bytes(struct heap *h) {
    return plain_unused(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    plain_settle(h);
    *out = h->common.counters;
    heap_hide_uncounted(out);
}
