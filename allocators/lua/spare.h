// spare.h - lua: memory for Lua that malloc refuses after all, since Lua must not see a refusal.
//
// An operation is refused unless there is a spare that nothing has been taken from yet, and a block
// as large as Lua may need, if that is more. What malloc then refuses is taken from these, and not
// from malloc once more: that a block was freed does not mean that malloc has another, as with
// allocators that keep sizes apart.

#ifndef HEAPBENCH_LUA_SPARE_H
#define HEAPBENCH_LUA_SPARE_H

#include "heap.h"

// spare_ready - whether Lua can have so many bytes, all in small blocks or one of them large.
// spare_drop - give back what is not used. All of it, once Lua has freed its blocks.
bool spare_ready(struct heap *h, size_t bytes);
void spare_drop(struct heap *h);

// malloc, realloc and free for Lua's blocks, never refused what has been made ready. A block never
// fails to shrink.
void *spare_malloc(struct heap *h, size_t bytes);
void *spare_realloc(struct heap *h, void *block, size_t old_bytes, size_t bytes);
void spare_free(struct heap *h, void *block);

#endif
