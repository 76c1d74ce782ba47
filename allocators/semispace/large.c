// large.c - the ring of items that are too large to be copied.

#include "heap.h"

static struct large_block *block_of(const struct heap_object *item) {
    return (struct large_block *)(uintptr_t)item - 1;
}

static size_t block_bytes(const struct heap_object *item) {
    return sizeof(struct large_block) + semispace_item_bytes(item);
}

static void make_empty(struct large_block *ring) {
    ring->next = ring->previous = ring;
}

static void take_out(struct large_block *b) {
    b->previous->next = b->next;
    b->next->previous = b->previous;
}

static void add_last(struct large_block *ring, struct large_block *b) {
    *b = (struct large_block){.next = ring, .previous = ring->previous};
    b->previous->next = ring->previous = b;
}

void large_init(struct large *l, struct memory *memory) {
    *l = (struct large){.memory = memory};
    make_empty(&l->ring);
    make_empty(&l->aside);
}

uint8_t large_flags(const struct large *l) {
    return SEMISPACE_LARGE | l->epoch;
}

struct heap_object *large_new(struct large *l, size_t item_bytes) {
    struct large_block *b = memory_malloc(l->memory, sizeof *b + item_bytes);
    if (!b)
        return NULL;
    add_last(&l->ring, b);
    l->bytes += sizeof *b + item_bytes;
    return large_item(b);
}

struct heap_object *large_resize_array(struct large *l, struct heap_object *array, size_t slots) {
    size_t old_bytes = block_bytes(array);
    size_t bytes = sizeof(struct large_block) + semispace_array_bytes(slots);
    struct large_block *b = memory_resize(l->memory, block_of(array), old_bytes, bytes);
    if (!b)
        return NULL;
    b->previous->next = b->next->previous = b;
    l->bytes = l->bytes - old_bytes + bytes;
    large_item(b)->size = (uint32_t)slots;
    return large_item(b);
}

void large_free(struct large *l, struct heap_object *item) {
    size_t bytes = block_bytes(item);
    take_out(block_of(item));
    l->bytes -= bytes;
    memory_free(l->memory, block_of(item), bytes);
}

void large_begin(struct large *l) {
    l->epoch ^= SEMISPACE_EPOCH;
    if (l->ring.next == &l->ring)
        return;
    l->aside = l->ring;
    l->aside.next->previous = l->aside.previous->next = &l->aside;
    make_empty(&l->ring);
}

bool large_reach(struct large *l, struct heap_object *item) {
    if ((item->flags & SEMISPACE_EPOCH) == l->epoch)
        return false;
    item->flags ^= SEMISPACE_EPOCH;
    take_out(block_of(item));
    add_last(&l->ring, block_of(item));
    return true;
}

static void free_ring(struct large *l, struct large_block *ring) {
    while (ring->next != ring)
        large_free(l, large_item(ring->next));
}

void large_sweep(struct large *l) {
    free_ring(l, &l->aside);
}

void large_free_all(struct large *l) {
    free_ring(l, &l->ring);
}
