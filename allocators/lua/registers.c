// registers.c - lua: registers that are far from the stack's start, and what else is off the fast
// path.

#include "spare.h"
#include "state.h"

// --------------------------------------------------------------------------------------- registers
// Lua has no less stack than was once asked for, so it stays ready.
static int ready_stack(struct heap *h, int slots) {
    if (slots <= h->ready)
        return 0;
    int most = SLOT_REGISTERS + NEAR;
    int wanted = slots < most / 2 ? slots * 2 : most;
    if (!lua_checkstack(h->state, wanted + LUA_MINSTACK - h->top))
        return ENOMEM;
    h->ready = wanted;
    return 0;
}

// Unlike the stack, a table does not take no for an answer.
static int ready_far(struct heap *h, size_t count) {
    size_t array_bytes = 1024;
    while (array_bytes < count * SLOT_BYTES)
        array_bytes *= 2;
    if (count > h->far && !spare_ready(h, array_bytes))
        return ENOMEM;
    while (h->far < count) {
        lua_pushboolean(h->state, 0);
        lua_rawseti(h->state, SLOT_FAR, (lua_Integer)++h->far);
    }
    return 0;
}

int luaheap_make_ready(struct heap *h) {
    size_t used = luaheap_used(h), near = used < NEAR ? used : NEAR;
    h->readying = true;
    int error = ready_stack(h, SLOT_REGISTERS + (int)near);
    if (!error)
        error = ready_far(h, used - near);
    h->readying = false;
    return error;
}

static lua_Integer far_index(const struct heap *h, const struct heap_reg *reg) {
    return (lua_Integer)roots_index(&h->roots, reg) - NEAR + 1;
}

int luaheap_far_push(struct heap *h, const struct heap_reg *reg) {
    lua_rawgeti(h->state, SLOT_FAR, far_index(h, reg));
    return lua_gettop(h->state);
}

void luaheap_far_take(struct heap *h, struct heap_reg *reg, int slot) {
    lua_pushvalue(h->state, slot);
    lua_rawseti(h->state, SLOT_FAR, far_index(h, reg));
}

void luaheap_far_leave(struct heap *h) {
    struct roots_frame *frame = h->roots.top;
    for (struct heap_reg *reg = frame->registers; reg < frame->registers + frame->count; reg++)
        if ((size_t)(reg - h->registers) >= NEAR)
            heap_clear(h, reg);
}

// ------------------------------------------------------------------------------------------ values
void luaheap_give_table(struct heap *h, int list) {
    lua_createtable(h->state, FIRST_ARRAY, 0);
    lua_pushvalue(h->state, -1);
    lua_setiuservalue(h->state, list, 1);
}

void heap_resize_slow(struct heap *h, struct luaheap_list *list, size_t capacity) {
    size_t old_bytes = list->capacity * sizeof(void *), bytes = capacity * sizeof(void *);
    if (bytes > old_bytes)
        HEAP_COUNT(h->counters.bytes_allocated += bytes - old_bytes);
    else
        HEAP_COUNT(h->counters.bytes_freed += old_bytes - bytes);
    *list->account += bytes - old_bytes;
    list->capacity = capacity;
}

// The table's keys are Lua strings, which are compared and freed as such; only its values are weak,
// since to Lua a string is a value that nothing can be weak for.
int heap_intern_slow(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    size_t block_bytes = sizeof(struct heap_object) + bytes;
    size_t table_bytes = 256 + h->longs * 4 * SLOT_BYTES;
    if (luaheap_admit(h, luaheap_userdata_bytes(0, block_bytes) + bytes + table_bytes))
        return ENOMEM;
    lua_pushlstring(h->state, key, bytes);
    lua_pushvalue(h->state, -1);
    struct heap_object *o = luaheap_top_object(h, lua_rawget(h->state, SLOT_LONG));
    if (o) {
        HEAP_COUNT(h->counters.intern_hits++);
        HEAP_COUNT(h->counters.intern_saved_bytes += bytes);
    } else {
        lua_pop(h->state, 1);
        luaheap_expect(h, LUA_TUSERDATA, ACCOUNT_LONG + bytes);
        o = lua_newuserdatauv(h->state, block_bytes, 0);
        *o = (struct heap_object){.size = (uint32_t)bytes, .kind = HEAP_ATOM};
        luaheap_identify(h, o);
        memcpy(o + 1, key, bytes);
        lua_insert(h->state, -2);
        lua_pushvalue(h->state, -2);
        lua_rawset(h->state, SLOT_LONG);
        HEAP_COUNT(h->counters.intern_misses++);
        HEAP_COUNT(h->counters.objects_allocated++);
        HEAP_COUNT(h->counters.bytes_allocated += bytes);
    }
    luaheap_take(h, dst, -1, o);
    luaheap_done(h);
    return 0;
}

// To Lua it is a userdata like every other; its block is the owner, since that is what Lua frees.
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes) {
    size_t block_bytes = sizeof(struct heap_object) + HEAP_EXTERNAL_PAYLOAD;
    if (luaheap_admit(h, luaheap_userdata_bytes(0, block_bytes)))
        return ENOMEM;
    struct external_block *block = external_prepare(&h->external, bytes);
    if (!block)
        return ENOMEM;
    luaheap_expect(h, LUA_TUSERDATA, ACCOUNT_OWNER + HEAP_EXTERNAL_PAYLOAD);
    struct heap_object *o = lua_newuserdatauv(h->state, block_bytes, 0);
    external_attach(&h->external, block, (struct heap_object *)(void *)(h->newest + 1));
    *o = (struct heap_object){.size = HEAP_EXTERNAL_PAYLOAD, .kind = HEAP_ATOM};
    luaheap_identify(h, o);
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += HEAP_EXTERNAL_PAYLOAD);
    luaheap_take(h, dst, -1, o);
    luaheap_done(h);
    return 0;
}

size_t luaheap_string_bytes(struct heap *h, const struct heap_reg *a) {
    size_t bytes = lua_rawlen(h->state, luaheap_slot(h, a)) - 1;
    luaheap_done(h);
    return bytes;
}
