// space.h - the space that objects lie in, and the chunks kept ready to copy it into.
//
// A space is chunks linked in the order of filling; what lies in them is called an item. Free
// chunks are warm (objects were in them, so they have pages) or cold (reserved, but for the link in
// their first page never touched). Warm ones are used first, the last one freed before others.
//
// Invariant: of all chunks, half or more is free and suffices to copy every item in use, in any
//   order: total >= 2 * space_need(bytes of items). So a collection never asks for memory.
// That half is enough: a chunk is left behind when the next item does not fit it, so it is full but
//   for less than SPACE_LARGEST_BYTES, no matter whether the mutator or the collector fills it.
//   Therefore items of b bytes never take more than space_need(b) chunks.

#ifndef HEAPBENCH_SEMISPACE_SPACE_H
#define HEAPBENCH_SEMISPACE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parts/memory.h"
#include "parts/poison.h"

struct space_chunk {
    struct space_chunk *next;
    uintptr_t filled; // end of the items; of the newest chunk of the space, the heap's `next`
};

enum {
    SPACE_CHUNK_BYTES = 1 << 20,
    SPACE_ROOM_BYTES = SPACE_CHUNK_BYTES - sizeof(struct space_chunk), // of items in a chunk
    SPACE_LARGEST_BYTES = 8 << 10, // largest item; larger ones are not moved, see large.h
    SPACE_LEAST_FULL_BYTES = SPACE_ROOM_BYTES - SPACE_LARGEST_BYTES + 8, // of a chunk left behind
};

struct space {
    struct memory *memory;
    struct space_chunk *oldest, *newest;
    size_t count;
    size_t full_bytes; // of items, in all chunks but the newest
    struct space_chunk *warm, *cold;
    size_t warm_count, cold_count;
};

static inline uintptr_t space_start(const struct space_chunk *chunk) {
    return (uintptr_t)(chunk + 1);
}

// space_need - the most chunks that items of so many bytes take.
static inline size_t space_need(size_t bytes) {
    return bytes <= SPACE_ROOM_BYTES ? bytes > 0 : (bytes - 8) / SPACE_LEAST_FULL_BYTES + 1;
}

// space_capacity - the most bytes of items for which the chunks there are suffice.
static inline size_t space_capacity(const struct space *s) {
    size_t half = (s->count + s->warm_count + s->cold_count) / 2;
    return half == 1 ? (size_t)SPACE_ROOM_BYTES : half * SPACE_LEAST_FULL_BYTES;
}

// space_reserve - make the chunks suffice for so many bytes of items. Returns 0 or ENOMEM.
int space_reserve(struct space *s, size_t bytes);

// space_add - add a free chunk to the space; its newest one ends at filled. There is a free one.
//   returns  where its items start
uintptr_t space_add(struct space *s, uintptr_t filled);

// space_begin - start an empty space. Returns the chunks of the old one.
struct space_chunk *space_begin(struct space *s);

// space_recycle - the chunks of an old space are free. Debug builds make them unreadable.
void space_recycle(struct space *s, struct space_chunk *old);

// space_trim - take its pages from what is warm beyond this many, and give back to the system what
// is free beyond what keep_bytes of items need, in use or not.
// space_has_surplus - whether there is any of that.
void space_trim(struct space *s, size_t warm, size_t keep_bytes);
bool space_has_surplus(const struct space *s, size_t warm, size_t keep_bytes);

// space_free - give everything back.
void space_free(struct space *s);

#endif
