// heap.c - the life of a heap whose objects have no counts, and its counters.

#include "heap.h"

#include <stdlib.h>

// Returns 0 or ENOMEM, and then heap_close is due.
static int heap_open(struct heap *h, const struct heap_config *config) {
    struct plain *p = &h->common;
    memory_init(&p->memory, config->limit_bytes, config->refuse_request);
    intern_init(&p->interned, &p->memory);
    p->listener = config->listener;
    p->small_ints = memory_malloc(&p->memory, PLAIN_INTS * sizeof *p->small_ints);
    if (!p->small_ints || roots_init(&p->roots))
        return ENOMEM;
    for (int i = 0; i < PLAIN_INTS; i++)
        p->small_ints[i] = (struct plain_int){
            {.size = sizeof(int64_t), .kind = HEAP_ATOM, .flags = PLAIN_IMMORTAL},
            HEAP_INT_MIN + i};
    return 0;
}

static void heap_close(struct heap *h) {
    struct plain *p = &h->common;
    roots_free(&p->roots);
    intern_free(&p->interned);
    memory_free(&p->memory, p->small_ints, PLAIN_INTS * sizeof *p->small_ints);
    memory_close(&p->memory);
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
    if (plain_open(h, config)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    plain_close(h);
    heap_close(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    plain_settle(h);
    *out = h->common.counters;
    heap_hide_uncounted(out);
}
