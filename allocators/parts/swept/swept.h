// swept.h - the parts of struct heap where objects stay where they are and the dead are swept.

#ifndef HEAPBENCH_SWEPT_H
#define HEAPBENCH_SWEPT_H

#include "blocks.h"
#include "mark.h"
#include "parts/plain/layout.h"
#include "parts/trigger.h"
#include "singles.h"

#ifndef SWEPT_GENERATIONS
#define SWEPT_GENERATIONS 0
#endif

// SWEPT_PARTS - the first members of struct heap.
//   classes     indexed by cell size in units
//   old         what the last collection left: what is marked. Kept up to date where there are generations
//   used_bytes  live at the last collection, or used up since
//   due         a collection is, when used_bytes reaches its threshold
//   all_single  memory=malloc
#define SWEPT_PARTS                                                                                \
    struct block_class classes[BLOCK_CLASSES];                                                     \
    struct plain common;                                                                           \
    struct blocks blocks;                                                                          \
    struct singles singles;                                                                        \
    struct mark_stack mark_stack;                                                                  \
    struct mark_result old;                                                                        \
    size_t used_bytes;                                                                             \
    struct trigger due;                                                                            \
    bool all_single;                                                                               \
    bool enabled

// SWEPT_TUNABLES - rows of a table of tunables, for an enum that has these names.
#define SWEPT_TUNABLES                                                                             \
    [MEMORY] = HEAP_TUNABLE_MEMORY,                                                                \
    [MARK_STACK] = {.name = "mark_stack",                                                          \
                    .doc =                                                                         \
                        "most entries of the mark stack, beyond which marking walks blocks again", \
                    .unit = "entries",                                                             \
                    .fallback = 1 << 20,                                                           \
                    .min = 1,                                                                      \
                    .max = 1e9,                                                                    \
                    .whole = 1},                                                                   \
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY, [COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,      \
    [INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT

// swept_close - plain_close. The rest are answers of the layer.
#define PLAIN_GUARDS 1
#define plain_room swept_room_slow
#define plain_external swept_external_slow
#define plain_unused swept_unused

void swept_close(struct heap *h);
int swept_room_slow(struct heap *h);
void swept_external_slow(struct heap *h, size_t bytes);
uint64_t swept_unused(const struct heap *h);

#endif
