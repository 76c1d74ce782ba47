// arena.h - what lies in memory besides objects: chunks, blocks, arrays. For spaces.c and verify.c.
//
// A chunk is its header, then whole items one after the other up to `filled`, each a multiple of 8
// bytes: objects, and the arrays of lists, which have a header too so that a chunk can be walked. A
// block is its header and one item.

#ifndef HEAPBENCH_ARENA_H
#define HEAPBENCH_ARENA_H

#include "heap.h"

struct arena_chunk {
    struct arena_chunk *older;
    uintptr_t filled; // end of the items; of the newest chunk, the space's `next` instead
};

struct arena_block {
    struct arena_block *newer, *older;
    size_t bytes; // of the item
};

// The array of a list, where a heap_object has its header: kind tells them apart.
enum { ARENA_ARRAY = HEAP_LIST + 1 };
enum { ARENA_IN_BLOCK = 1 }; // flag of an array

static inline struct heap_object *arena_array(const struct plain_list *list) {
    return list->items ? (struct heap_object *)(void *)list->items - 1 : NULL;
}

// arena_tell_released - tell of all objects of the region, which ends.
void arena_tell_released(struct heap *h);

static inline size_t arena_array_bytes(size_t capacity) {
    return sizeof(struct heap_object) + capacity * sizeof(struct heap_object *);
}

#endif
