// heap.c - nogc: its descriptor, chunks, and what little there is beside them.

#include "heap.h"
#include "parts/without/collector.h"

enum { NOGC_CHUNK_BYTES = 1 << 20 };

struct nogc_chunk {
    struct nogc_chunk *older;
    size_t bytes;
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "allocates by bumping a pointer and never frees: the floor for cost",
};

void nogc_close(struct heap *h) {
    while (h->chunks) {
        struct nogc_chunk *chunk = h->chunks;
        h->chunks = chunk->older;
        memory_unmap(&h->common.memory, chunk, chunk->bytes);
    }
}

// An object larger than a chunk gets a chunk of its own; the rest of the old chunk is forgotten,
// which wastes less than one chunk in all since only the newest is bumped.
void *nogc_alloc_slow(struct heap *h, size_t bytes) {
    size_t need = sizeof(struct nogc_chunk) + bytes;
    size_t size = need <= NOGC_CHUNK_BYTES ? NOGC_CHUNK_BYTES : (need + 4095) & ~(size_t)4095;
    struct nogc_chunk *chunk = memory_map(&h->common.memory, size, 4096);
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
        HEAP_COUNT(h->common.counters.bytes_allocated +=
                   (capacity - list->capacity) * sizeof *items);
    }
    list->capacity = capacity; // a smaller array keeps its place, its end is abandoned
    return 0;
}

const char *heap_verify(struct heap *h) {
    if (h->common.counters.objects_freed || h->common.counters.bytes_freed)
        return "nogc frees nothing";
    if (h->common.counters.bytes_allocated > h->common.memory.held_bytes)
        return "requested bytes fit the memory held";
    if (h->next > h->end)
        return "the bump pointer stays within its chunk";
    return NULL;
}
