// slow.c - nogc: chunks, and what little there is beside them. See fast.h.

#include "heap.h"

#include <stdlib.h>

#include "parts/plain_slow.h"

enum { NOGC_CHUNK_BYTES = 1 << 20 };

struct nogc_chunk {
    struct nogc_chunk *older;
    size_t bytes;
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "allocates by bumping a pointer and never frees: the floor for cost",
};

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    intern_init(&h->interned, &h->memory);
    h->small_ints = plain_new_ints(&h->memory);
    if (!h->small_ints || roots_init(&h->roots)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    while (h->chunks) {
        struct nogc_chunk *chunk = h->chunks;
        h->chunks = chunk->older;
        memory_unmap(&h->memory, chunk, chunk->bytes);
    }
    roots_free(&h->roots);
    intern_free(&h->interned);
    plain_free_ints(&h->memory, h->small_ints);
    memory_close(&h->memory);
    free(h);
}

// An object larger than a chunk gets a chunk of its own; the rest of the old chunk is forgotten,
// which wastes less than one chunk in all since only the newest is bumped.
void *nogc_alloc_slow(struct heap *h, size_t bytes) {
    size_t need = sizeof(struct nogc_chunk) + bytes;
    size_t size = need <= NOGC_CHUNK_BYTES ? NOGC_CHUNK_BYTES : (need + 4095) & ~(size_t)4095;
    struct nogc_chunk *chunk = memory_map(&h->memory, size, 4096);
    if (!chunk)
        return NULL;
    *chunk = (struct nogc_chunk){h->chunks, size};
    h->chunks = chunk;
    char *object = (char *)(chunk + 1);
    // A large object leaves the chunk that is being bumped alone.
    if (size == NOGC_CHUNK_BYTES) {
        h->next = (uintptr_t)object + bytes;
        h->end = (uintptr_t)chunk + size;
    }
    return object;
}

int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity) {
    if (capacity > list->capacity) {
        struct heap_object **items = nogc_alloc(h, capacity * sizeof *items);
        if (!items)
            return ENOMEM;
        if (list->capacity) // the old array is abandoned, like everything here
            memcpy(items, list->items, list->object.size * sizeof *items);
        list->items = items;
        h->counters.bytes_allocated += (capacity - list->capacity) * sizeof *items;
    }
    list->capacity = capacity; // a smaller array keeps its place, its end is abandoned
    return 0;
}

int heap_room_slow(struct heap *h) {
    return intern_reserve_slow(&h->interned);
}

int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes) {
    return plain_new_interned(h, dst, hash, key, bytes);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    out->memory_bytes = h->memory.held_bytes;
    out->memory_peak_bytes = h->memory.peak_bytes;
}

const char *heap_verify(struct heap *h) {
    if (h->counters.objects_freed || h->counters.bytes_freed)
        return "nogc frees nothing";
    if (h->counters.bytes_allocated > h->memory.held_bytes)
        return "requested bytes fit the memory held";
    if (h->next > h->end)
        return "the bump pointer stays within its chunk";
    return NULL;
}

#include "parts/no_collector.h"
