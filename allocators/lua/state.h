// state.h - lua: the Lua state, and the memory that it gets.

#ifndef HEAPBENCH_LUA_STATE_H
#define HEAPBENCH_LUA_STATE_H

#include "heap.h"

// state_open - a state whose stack holds what comes before registers. Returns 0 or ENOMEM.
// state_close - gives back all its memory. Accepts a heap without a state.
int state_open(struct heap *h);
void state_close(struct heap *h);

// guard_build - push the table of guarded objects that wait, and the metatable of those that do
// not.
void guard_build(lua_State *state);

// state_held_more - the heap holds so many bytes more; the number may wrap, for less.
void state_held_more(struct heap *h, size_t bytes);

// state_bytes - what Lua says that it holds.
size_t state_bytes(struct heap *h);

#endif
