// heap.c - nogc: its descriptor, chunks, and what little there is beside them.

#include "heap.h"
#include "parts/without/collector.h"

enum { NOGC_CHUNK_BYTES = 1 << 20, NOGC_PAGE_BYTES = 4096 };

enum tunable { PREFAULT, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [PREFAULT] = {.name = "prefault",
                  .doc = "memory that is taken and touched before the program starts, so that the "
                         "kernel's share of the time is gone; off: none",
                  .unit = "bytes",
                  .max = 1e12,
                  .whole = 1},
};

struct nogc_chunk {
    struct nogc_chunk *older;
    size_t bytes;
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "allocates by bumping a pointer and never frees: each object gets fresh memory",
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// A chunk of this many bytes, a multiple of the page size; NULL: no memory.
static struct nogc_chunk *chunk_new(struct heap *h, size_t bytes) {
    struct nogc_chunk *chunk = memory_map(&h->common.memory, bytes, NOGC_PAGE_BYTES);
    if (!chunk)
        return NULL;
    *chunk = (struct nogc_chunk){h->chunks, bytes};
    h->chunks = chunk;
    return chunk;
}

uint64_t nogc_unused(const struct heap *h) {
    return h->end - h->next;
}

static size_t whole_pages(size_t bytes) {
    return (bytes + NOGC_PAGE_BYTES - 1) & ~(size_t)(NOGC_PAGE_BYTES - 1);
}

int nogc_open(struct heap *h, const struct heap_config *config) {
    size_t bytes = whole_pages((size_t)config->tunables[PREFAULT]);
    if (!bytes)
        return 0;
    struct nogc_chunk *chunk = chunk_new(h, bytes);
    if (!chunk)
        return ENOMEM;
    for (size_t at = NOGC_PAGE_BYTES; at < bytes; at += NOGC_PAGE_BYTES)
        ((volatile char *)chunk)[at] = 0;
    h->next = (uintptr_t)(chunk + 1);
    h->end = (uintptr_t)chunk + bytes;
    return 0;
}

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
    size_t size = need <= NOGC_CHUNK_BYTES ? NOGC_CHUNK_BYTES : whole_pages(need);
    struct nogc_chunk *chunk = chunk_new(h, size);
    if (!chunk)
        return NULL;
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
