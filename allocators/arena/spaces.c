// spaces.c - arena: chunks and blocks, the end of a region, and arrays.

#include "arena.h"

// An item above an eighth of a chunk gets a block of its own, so that less than an eighth of a
// chunk is lost when the next item does not fit.
enum { ARENA_LARGEST_PART = 8 };

// ------------------------------------------------------------------------------------------ chunks
// Shadow memory outlives a mapping, and the next one at this address must not find it poisoned.
static void arena_unmap(struct heap *h, struct arena_chunk *chunk) {
    unpoison(chunk, h->chunk_bytes);
    memory_unmap(&h->common.memory, chunk, h->chunk_bytes);
}

static void arena_unmap_spare(struct heap *h, size_t keep) {
    while (h->spare_count > keep) {
        struct arena_chunk *chunk = h->spare;
        h->spare = chunk->older;
        h->spare_count--;
        arena_unmap(h, chunk);
    }
}

static struct arena_chunk *arena_take_chunk(struct heap *h) {
    struct arena_chunk *chunk = h->spare;
    if (chunk) {
        h->spare = chunk->older;
        h->spare_count--;
        return chunk;
    }
    chunk = memory_map(&h->common.memory, h->chunk_bytes, 4096);
    if (chunk)
        poison(chunk + 1, h->chunk_bytes - sizeof *chunk);
    return chunk;
}

static void *arena_new_block(struct heap *h, size_t bytes) {
    struct arena_space *space = &h->spaces[h->using];
    struct arena_block *block = memory_malloc(&h->common.memory, sizeof *block + bytes);
    if (!block)
        return NULL;
    *block = (struct arena_block){NULL, space->blocks, bytes};
    if (space->blocks)
        space->blocks->newer = block;
    space->blocks = block;
    return block + 1;
}

void *arena_alloc_slow(struct heap *h, size_t bytes) {
    if (bytes > h->chunk_bytes / ARENA_LARGEST_PART)
        return arena_new_block(h, bytes);
    struct arena_space *space = &h->spaces[h->using];
    struct arena_chunk *chunk = arena_take_chunk(h);
    if (!chunk)
        return NULL;
    if (space->chunks)
        space->chunks->filled = h->next;
    chunk->older = space->chunks;
    space->chunks = chunk;
    space->chunk_count++;
    h->next = (uintptr_t)(chunk + 1) + bytes;
    h->end = (uintptr_t)chunk + h->chunk_bytes;
    poison_fresh(chunk + 1, bytes);
    return chunk + 1;
}

static void arena_free_blocks(struct heap *h, struct arena_space *space) {
    while (space->blocks) {
        struct arena_block *block = space->blocks;
        space->blocks = block->older;
        memory_free(&h->common.memory, block, sizeof *block + block->bytes);
    }
}

// --------------------------------------------------------------------------------- end of a region
// Debug builds make a broken promise show: what was released reads as 0xDB, or stops the address
// sanitizer.
static void arena_poison(struct heap *h, struct arena_chunk *chunk) {
    size_t bytes = h->chunk_bytes - sizeof *chunk;
    (void)bytes;
#ifndef NDEBUG
    unpoison(chunk + 1, bytes);
    memset(chunk + 1, 0xDB, bytes);
#endif
    poison(chunk + 1, bytes);
}

// Chunks go to the spare ones newest first, so the oldest is the first to be used again. As many
// are kept as recent regions used (a mark that falls by an eighth per region), the others go back
// to the system: a region of the usual size never asks for memory, and an unusual one is soon
// forgotten.
static void arena_recycle(struct heap *h, struct arena_space *space) {
    while (space->chunks) {
        struct arena_chunk *chunk = space->chunks;
        space->chunks = chunk->older;
        arena_poison(h, chunk);
        chunk->older = h->spare;
        h->spare = chunk;
        h->spare_count++;
    }
    h->spare_wanted -= (h->spare_wanted + 7) / 8;
    if (h->spare_wanted < space->chunk_count)
        h->spare_wanted = space->chunk_count;
    arena_unmap_spare(h, h->spare_wanted);
}

static struct heap_object *keep_lasting(void *context, struct heap_object *owner) {
    (void)context;
    return owner->flags & ARENA_OF_REGION ? NULL : owner;
}

void arena_end_slow(struct heap *h) {
    external_retain(&h->common.external, keep_lasting, NULL);
    if (HEAP_COUNTING && h->common.listener.released)
        arena_tell_released(h);
    struct arena_space *space = &h->spaces[ARENA_REGION];
    uint64_t freed = space->objects;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_REGION);
    arena_recycle(h, space);
    arena_free_blocks(h, space);
    HEAP_COUNT(h->common.counters.objects_freed += freed);
    HEAP_COUNT(h->common.counters.bytes_freed += space->bytes);
    *space = (struct arena_space){0};
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_REGION, freed);
}

void arena_close(struct heap *h) {
    for (int name = 0; name < ARENA_SPACES; name++) {
        arena_recycle(h, &h->spaces[name]);
        arena_free_blocks(h, &h->spaces[name]);
    }
    arena_unmap_spare(h, 0);
}

// Of a space that is not in use, the newest chunk is filled to where its `next` was put aside.
uint64_t arena_unused(const struct heap *h) {
    size_t bytes = h->spare_count * (h->chunk_bytes - sizeof(struct arena_chunk));
    for (int name = 0; name < ARENA_SPACES; name++) {
        const struct arena_chunk *newest = h->spaces[name].chunks;
        if (newest)
            bytes += (uintptr_t)newest + h->chunk_bytes -
                     (name == (int)h->using ? h->next : h->spaces[name].next);
    }
    return bytes;
}

// ------------------------------------------------------------------------------------- list arrays
static struct heap_object *arena_resize_block(struct heap *h, struct heap_object *array,
                                              size_t bytes) {
    struct arena_space *space = &h->spaces[h->using];
    struct arena_block *block = (struct arena_block *)(void *)array - 1;
    block = memory_resize(&h->common.memory, block, sizeof *block + block->bytes,
                          sizeof *block + bytes);
    if (!block)
        return NULL;
    block->bytes = bytes;
    *(block->newer ? &block->newer->older : &space->blocks) = block;
    if (block->older)
        block->older->newer = block;
    return (struct heap_object *)(void *)(block + 1);
}

// The array when it is the last item of its chunk and there is room behind it; else NULL.
static struct heap_object *arena_extend(struct heap *h, struct heap_object *array, size_t bytes) {
    size_t old_bytes = arena_array_bytes(array->size);
    uintptr_t start = (uintptr_t)array;
    if (start + old_bytes != h->next || bytes > h->end - start)
        return NULL;
    h->next = start + bytes;
    unpoison((char *)array + old_bytes, bytes - old_bytes);
    return array;
}

// A larger array with the contents of the old one, which may be NULL. Returns NULL when there is no
// memory.
static struct heap_object *arena_grow_array(struct heap *h, struct heap_object *array,
                                            size_t capacity) {
    size_t bytes = arena_array_bytes(capacity);
    struct heap_object *grown = NULL;
    if (array && array->flags & ARENA_IN_BLOCK)
        grown = arena_resize_block(h, array, bytes);
    else if (!array || !(grown = arena_extend(h, array, bytes))) {
        bool in_block = bytes > h->chunk_bytes / ARENA_LARGEST_PART;
        grown = in_block ? arena_new_block(h, bytes) : arena_alloc(h, bytes);
        if (grown && array)
            memcpy(grown, array, arena_array_bytes(array->size));
        if (grown)
            grown->flags = in_block ? ARENA_IN_BLOCK : 0;
    }
    if (grown) {
        grown->kind = ARENA_ARRAY;
        grown->slots = 0;
        grown->size = (uint32_t)capacity;
    }
    return grown;
}

// An array never becomes smaller, as its memory would not be used before the region ends.
int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity) {
    struct heap_object *array = arena_array(list);
    enum arena_name used = h->using;
    arena_use(h, list->object.flags & ARENA_OF_REGION ? ARENA_REGION : ARENA_LASTING);
    if (!array || capacity > array->size)
        array = arena_grow_array(h, array, capacity);
    if (array) {
        list->items = (struct heap_object **)(void *)(array + 1);
        if (capacity > list->capacity)
            HEAP_COUNT(h->common.counters.bytes_allocated +=
                       (capacity - list->capacity) * sizeof *list->items);
        list->capacity = capacity;
    }
    arena_use(h, used);
    return array ? 0 : ENOMEM;
}
