// state.c - the Lua state and its allocator: how Lua is never refused memory.
//
// An error in Lua that nobody catches ends the process: the panic function may jump out, but by
// then Lua has emptied the stack (luaD_throw, luaE_resetthread), which is where our registers are.
// And to catch it, every allocation would have to be a protected call, which takes 34 ns where the
// bare one takes 21. So Lua never sees memory refused: an operation asks luaheap_admit for as much
// as Lua may allocate in it, and is refused itself; what Lua then asks for is taken from malloc or,
// should malloc fail all the same, from what was kept for it (spare.h). Only while the state is
// built, in a protected call, does Lua see refusals.
//
// In front of each block is its account: what it is, and its requested bytes, so that objects are
// counted as they are freed. Blocks that hold registers, the stack above all, do not count as
// memory of the heap: nor does the register stack of any other strategy.

#include "state.h"
#include "spare.h"

#include <stdlib.h>

enum { ACCOUNT_BYTES = sizeof(uint64_t) };

// Lua may hold this much more than operations have asked for, for a cycle's sentinel.
enum { SLACK_BYTES = 16 << 10 };

// ------------------------------------------------------------------------------------------ blocks
void state_held_more(struct heap *h, size_t bytes) {
    struct memory *m = &h->memory;
    m->held_bytes += bytes;
    if (m->held_bytes > m->peak_bytes)
        m->peak_bytes = m->held_bytes;
}

// A block with this account has grown by so many bytes, or shrunk.
static void held_differs(struct heap *h, uint64_t account, size_t bytes) {
    if ((account & ACCOUNT_KINDS) == ACCOUNT_REGISTERS)
        h->register_bytes += bytes;
    else
        state_held_more(h, bytes);
}

// Lua gives the type of an object, else 0.
static uint64_t account_of(struct heap *h, size_t type) {
    if (h->readying)
        return ACCOUNT_REGISTERS;
    if (type != h->pending_type)
        return 0;
    uint64_t account = h->pending_account;
    h->pending_type = SIZE_MAX;
    h->strings += (account & ACCOUNT_KINDS) == ACCOUNT_STRING;
    h->longs += (account & ACCOUNT_KINDS) == ACCOUNT_LONG;
    return account;
}

static void *new_block(struct heap *h, size_t type, size_t bytes) {
    uint64_t *account = spare_malloc(h, ACCOUNT_BYTES + bytes);
    if (!account)
        return NULL;
    h->blocks++;
    *account = account_of(h, type);
    if (*account)
        h->newest = account;
    held_differs(h, *account, ACCOUNT_BYTES + bytes);
    return account + 1;
}

// A string is told by its bytes, tagged (struct heap_reg).
static void tell_freed(struct heap *h, uint64_t account, void *block) {
    size_t words = (account & ~ACCOUNT_KINDS) >> ACCOUNT_WORDS_SHIFT;
    char *object = (char *)block + words * sizeof(uint64_t);
    bool is_string = (account & ACCOUNT_KINDS) == ACCOUNT_STRING;
    if (!h->closing)
        heap_released(&h->listener, object + (is_string ? STRING_TAG : 0), HEAP_UNKNOWN);
}

// Also where nothing is counted: heap_collect tells.
static void count_freed(struct heap *h, uint64_t account, void *block) {
    h->counters.objects_freed++;
    HEAP_COUNT(h->counters.bytes_freed += account & ACCOUNT_REQUESTED);
    HEAP_COUNT(tell_freed(h, account, block));
}

// OBJECT, STRING and LONG are told from the other kinds by one comparison.
static void free_block(struct heap *h, void *block, size_t bytes) {
    uint64_t *account = (uint64_t *)block - 1, kind = *account & ACCOUNT_KINDS;
    if (kind - ACCOUNT_OBJECT < ACCOUNT_REGISTERS - ACCOUNT_OBJECT) {
        count_freed(h, *account, block);
        h->strings -= kind == ACCOUNT_STRING;
        h->longs -= kind == ACCOUNT_LONG;
    } else if (kind == ACCOUNT_OWNER) {
        count_freed(h, *account, block);
        (void)external_drop(&h->external, block);
    }
    held_differs(h, *account, -(ACCOUNT_BYTES + bytes));
    h->blocks--;
    spare_free(h, account);
}

static void *resize_block(struct heap *h, void *block, size_t old_bytes, size_t bytes) {
    uint64_t *account = (uint64_t *)block - 1;
    uint64_t *resized = spare_realloc(h, account, ACCOUNT_BYTES + old_bytes, ACCOUNT_BYTES + bytes);
    if (!resized)
        return NULL;
    held_differs(h, *resized, bytes - old_bytes);
    return resized + 1;
}

// --------------------------------------------------------------------------------------- admission
static bool over_limit(const struct heap *h, size_t bytes) {
    size_t slack = h->building ? 0 : SLACK_BYTES, held = h->memory.held_bytes,
           limit = h->memory.limit_bytes;
    return held > limit || slack > limit - held || bytes > limit - held - slack;
}

static bool is_refused(struct heap *h) {
    return ++h->memory.requests == h->memory.refuse_request;
}

static void *allocate(void *context, void *block, size_t old_bytes, size_t bytes) {
    struct heap *h = context;
    if (!bytes) {
        if (block)
            free_block(h, block, old_bytes);
        return NULL;
    }
    bool grows = !block || bytes > old_bytes;
    if (__builtin_expect(h->building, 0) && grows &&
        (over_limit(h, ACCOUNT_BYTES + bytes) || is_refused(h)))
        return NULL;
    return block ? resize_block(h, block, old_bytes, bytes) : new_block(h, old_bytes, bytes);
}

int luaheap_admit_slow(struct heap *h, size_t bytes) {
    if (is_refused(h))
        return ENOMEM;
    if (over_limit(h, bytes) && h->enabled)
        lua_gc(h->state, LUA_GCCOLLECT);
    if (over_limit(h, bytes) || !spare_ready(h, bytes))
        return ENOMEM;
    h->admit_bytes = h->memory.limit_bytes - SLACK_BYTES;
    if (h->memory.refuse_request > h->memory.requests)
        h->admit_bytes = 0; // requests are counted here
    return 0;
}

// ---------------------------------------------------------------------------------------- building

// Runs when a cycle ends, which has found its argument dead: count it, and leave another to be
// found by the next.
static int cycle_ended(lua_State *state) {
    void *context;
    lua_getallocf(state, &context);
    struct heap *h = context;
    *(h->generational ? &h->counters.collections_gen0 : &h->counters.collections_gen2) += 1;
    lua_newuserdatauv(state, 0, 0);
    lua_getmetatable(state, 1);
    lua_setmetatable(state, -2);
    return 0;
}

static void build_sentinel(lua_State *state) {
    lua_newuserdatauv(state, 0, 0);
    lua_createtable(state, 0, 1);
    lua_pushcfunction(state, cycle_ended);
    lua_setfield(state, -2, "__gc");
    lua_setmetatable(state, -2);
    lua_pop(state, 1);
}

static void build_weak_table(lua_State *state) {
    lua_createtable(state, 0, 0);
    lua_createtable(state, 0, 1);
    lua_pushstring(state, "v");
    lua_setfield(state, -2, "__mode");
    lua_setmetatable(state, -2);
}

static void build_ints(struct heap *h, lua_State *state) {
    for (int i = 0; i < LUAHEAP_INTS; i++) {
        int64_t value = HEAP_INT_MIN + i;
        struct heap_object *o = lua_newuserdatauv(state, sizeof *o + sizeof value, 0);
        *o = (struct heap_object){.size = sizeof value, .kind = HEAP_ATOM};
        memcpy(o + 1, &value, sizeof value);
        h->ints[i] = o;
    }
}

// Returns what comes before registers.
static int build(lua_State *state) {
    void *context;
    lua_getallocf(state, &context);
    if (!lua_checkstack(state, SLOT_REGISTERS + LUA_MINSTACK))
        return lua_error(state);
    build_sentinel(state);
    lua_pushboolean(state, 0);
    lua_createtable(state, 0, 0);
    build_weak_table(state);
    guard_build(state);
    build_ints(context, state);
    return SLOT_REGISTERS - 1;
}

int state_open(struct heap *h) {
    h->building = true;
    h->pending_type = SIZE_MAX;
    h->state = lua_newstate(allocate, h);
    if (!h->state)
        return ENOMEM;
    lua_pushcfunction(h->state, build);
    bool built = lua_pcall(h->state, 0, LUA_MULTRET, 0) == LUA_OK;
    h->top = h->ready = SLOT_REGISTERS - 1;
    built = built && lua_checkstack(h->state, LUA_MINSTACK);
    h->building = false; // from here on operations are refused; the first of them asks
    return !built || over_limit(h, SPARE_BYTES) || !spare_ready(h, 0) ? ENOMEM : 0;
}

void state_close(struct heap *h) {
    h->closing = true;
    if (h->state)
        lua_close(h->state);
    spare_drop(h);
}

size_t state_bytes(struct heap *h) {
    size_t kilobytes = (size_t)lua_gc(h->state, LUA_GCCOUNT);
    return kilobytes * 1024 + (size_t)lua_gc(h->state, LUA_GCCOUNTB);
}
