// layout.h - what lies in memory and on the stack of Lua: objects, lists, accounts, and struct heap.

#ifndef HEAPBENCH_LUA_LAYOUT_H
#define HEAPBENCH_LUA_LAYOUT_H

#include <assert.h>
#include <lua.h>

#include "parts/external.h"
#include "parts/memory.h"
#include "parts/roots.h"

// A userdata's block begins with it.
struct heap_object {
    uint32_t size;   // payload bytes of an atom or node; length of a list
    uint16_t slots;  // of a node, else 0
    uint8_t kind;    // enum heap_kind
    uint8_t guarded; // of a node: the program wants it back
};

struct luaheap_spare; // spare.c

struct luaheap_list {
    struct heap_object object;
    uint64_t *account; // of this block; see state.c
    size_t capacity;   // in slots, as CPython's would be: for requested bytes only
};

enum {
    LUAHEAP_INTS = HEAP_INT_MAX - HEAP_INT_MIN + 1,
    NEAR = 900000,          // registers on the Lua stack, all in the first chunk
    STRING_TAG = 1,         // blocks and strings are aligned to 8
    SHORT_KEY_BYTES = 39,   // Lua interns strings of up to 40, one of which is KEY_END
    OWN_STRINGS = 256,      // Lua 5.4.4 has 49 before the first key
    KEY_END = 1,            // ends the string of a key, so that it is none of Lua's own
    FIRST_ARRAY = 4,        // slots of a list's table when it gets one
    SLOT_BYTES = 16,        // of Lua's, anywhere
    SPARE_BYTES = 32 << 10, // kept for small allocations of Lua's that malloc refuses
};

// What an account begins with; else the block is no object.
#define ACCOUNT_OBJECT ((uint64_t)1 << 60)
#define ACCOUNT_STRING ((uint64_t)2 << 60)
#define ACCOUNT_LONG ((uint64_t)3 << 60)
#define ACCOUNT_REGISTERS ((uint64_t)4 << 60) // nor does it count as memory of the heap
#define ACCOUNT_OWNER ((uint64_t)5 << 60)     // an object that owns bytes outside of the heap
#define ACCOUNT_KINDS ((uint64_t)15 << 60)
// What it ends with: requested bytes. Between them, in the build that counts, how many words lie between the
// block and what heap_identity tells of its object: Lua's own header and, in a userdata, the slots.
#define ACCOUNT_REQUESTED (((uint64_t)1 << 40) - 1)
enum { ACCOUNT_WORDS_SHIFT = 40 };

// Slots of the Lua stack; registers come last.
enum {
    SLOT_EMPTY = 1, // false
    SLOT_FAR,       // table: registers from NEAR on
    SLOT_LONG,      // weak table: interned atoms that are longer than Lua interns, by key
    SLOT_WAITING, // table: guarded objects that were found unreachable; false where there are none
    SLOT_GUARD,   // metatable of guarded nodes
    SLOT_INTS,
    SLOT_REGISTERS = SLOT_INTS + LUAHEAP_INTS,
};

struct heap {
    lua_State *state;
    struct heap_reg *registers; // the first there can be: it has SLOT_REGISTERS
    int top;                    // slots in use between operations
    int ready;                  // slots that the stack has, at least
    size_t admit_bytes;         // most that may be held without asking; 0: always ask
    // The next block that Lua asks for as one of this type is an object; SIZE_MAX: none is. It gets
    // this account, whose address is `newest` from then on.
    size_t pending_type;
    uint64_t pending_account;
    uint64_t *newest;
    struct heap_counters counters;
    struct roots roots;
    struct memory memory;
    struct external external;
    struct heap_listener listener;
    struct heap_object *ints[LUAHEAP_INTS];
    // See spare.h: the newest, of which others may follow; how many, and blocks in them; a block for what is
    // larger, NULL when there is none.
    struct luaheap_spare *spare;
    size_t spares, spared;
    void *large;
    size_t large_bytes;
    size_t far;                    // registers that the table has
    size_t blocks, strings, longs; // held: blocks in all, interned strings, interned userdata
    size_t register_bytes;         // in blocks that hold registers
    // Of the table of what waits: its length, the part in use; and how many are guarded. There is room for
    // all of these, too.
    size_t waiting_room, waiting_first, waiting_end, guarded;
    bool building, readying, enabled, generational, closing;
};

FAST bool luaheap_is_string(const struct heap_object *o) {
    return (uintptr_t)o & STRING_TAG;
}

FAST struct heap_object *luaheap_string(const char *bytes) {
    return (struct heap_object *)((uintptr_t)bytes | STRING_TAG);
}

FAST struct luaheap_list *luaheap_list(const struct heap_object *o) {
    assert(o->kind == HEAP_LIST);
    return (struct luaheap_list *)(uintptr_t)o;
}

#endif
