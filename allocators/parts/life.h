// life.h - heap_new and heap_free, and what both layers set up alike: once, for a layer's heap.c.
//
// Included by no other file. The layer says below the include what it does itself.

#ifndef HEAPBENCH_LIFE_H
#define HEAPBENCH_LIFE_H

#include "heap.h"

#include "parts/keep.h"

#include <stdlib.h>

// life_int - the header of a small int, which is immortal.
// life_begin - set up what only this layer has; memory is there, and nothing can fail yet.
// life_open - ask the strategy to set up its own. Returns 0 or ENOMEM, and then life_end is due.
// life_end - give back all objects, and what life_begin and life_open took.
static const struct heap_object life_int;
static void life_begin(struct heap *h, const struct heap_config *config);
static int life_open(struct heap *h, const struct heap_config *config);
static void life_end(struct heap *h);

// The value of a tunable; 0 where the strategy does not declare it.
static double life_tunable(const struct heap_config *config, const char *name) {
    const struct setting *all = heap_strategy.tunables;
    const struct setting *s = setting_find(all, heap_strategy.tunable_count, name);
    return s ? config->tunables[s - all] : 0;
}

// Returns 0 or ENOMEM, and then life_drop is due.
static int life_make(struct heap *h, const struct heap_config *config) {
    memory_init(&h->common.memory, config->limit_bytes, config->refuse_request);
    intern_init(&h->common.interned, &h->common.memory);
    external_init(&h->common.external);
    guards_init(&h->common.guards, &h->common.memory);
    h->common.listener = config->listener;
    life_begin(h, config);
    h->common.small_ints = memory_malloc(&h->common.memory, SMALL_INTS * sizeof(struct small_int));
    if (!h->common.small_ints || roots_init(&h->common.roots))
        return ENOMEM;
    for (int i = 0; i < SMALL_INTS; i++)
        h->common.small_ints[i] = (struct small_int){.object = life_int, .value = HEAP_INT_MIN + i};
    return 0;
}

static void life_drop(struct heap *h) {
    roots_free(&h->common.roots);
    intern_free(&h->common.interned);
    external_free(&h->common.external);
    guards_free(&h->common.guards);
    memory_free(&h->common.memory, h->common.small_ints, SMALL_INTS * sizeof(struct small_int));
    memory_close(&h->common.memory);
    free(h);
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (life_make(h, config)) {
        life_drop(h);
        return NULL;
    }
    size_t kept = (size_t)life_tunable(config, "interned_kept");
    if (life_open(h, config) || keep_open(h, &h->common.kept, kept)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    life_end(h);
    life_drop(h);
}

#endif
