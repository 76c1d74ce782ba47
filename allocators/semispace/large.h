// large.h - items that are too large to be copied: blocks of malloc, which a collection leaves
// where they are.
//
// They form a ring. A collection sets the ring aside and links those that it reaches into a new
// one, at the end, so that the new ring is also the queue of those not yet scanned; what is left
// aside is dead (Baker, "The treadmill", SIGPLAN Notices 27(3), 1992, keeps all objects so).
//
// Invariant: between collections every large item carries the epoch of the ring.
// Cost: 16 bytes before the header.

#ifndef HEAPBENCH_SEMISPACE_LARGE_H
#define HEAPBENCH_SEMISPACE_LARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"

struct heap_object;

struct large_block {
    struct large_block *next, *previous;
    // Behind it lies the item.
};

struct large {
    struct memory *memory;
    struct large_block ring, aside; // only links
    size_t bytes;                   // of all blocks
    uint8_t epoch;                  // 0 or SEMISPACE_EPOCH, which collections use in turn
};

static inline struct heap_object *large_item(struct large_block *b) {
    return (struct heap_object *)(b + 1);
}

void large_init(struct large *l, struct memory *memory);
void large_free_all(struct large *l);

// large_new - memory for an item of this size, which the caller makes at once, with large_flags.
// NULL: no memory.
struct heap_object *large_new(struct large *l, size_t item_bytes);
uint8_t large_flags(const struct large *l);

// large_resize_array - change its number of slots; returns the array's new address, or NULL and no
// change.
struct heap_object *large_resize_array(struct large *l, struct heap_object *array, size_t slots);

// large_free - a live item is given up.
void large_free(struct large *l, struct heap_object *item);

// large_begin - set all items aside. large_reach - this one is live; returns whether that is news.
// large_sweep - free what is still aside.
void large_begin(struct large *l);
bool large_reach(struct large *l, struct heap_object *item);
void large_sweep(struct large *l);

#endif
