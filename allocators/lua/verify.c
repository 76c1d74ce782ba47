// verify.c - lua's heap_verify: registers and what they refer to directly, against Lua's own view.
//
// Lua's heap cannot be walked through its API, so deeper objects are seen when they are in
// registers.

#include "state.h"

// Drop the value on top of the stack; whether it was an object or stands for none.
static bool pop_reference(struct heap *h, bool may_be_nil) {
    int type = lua_type(h->state, -1);
    bool empty = type == LUA_TBOOLEAN || (may_be_nil && type == LUA_TNIL);
    const struct heap_object *o = luaheap_top_object(h, type);
    bool good = empty || (o && (luaheap_is_string(o) || o->kind <= HEAP_LIST));
    lua_pop(h->state, 1);
    return good;
}

static const char *check_node(struct heap *h, const struct heap_object *o, int slot) {
    for (int i = 1; i <= o->slots; i++) {
        lua_getiuservalue(h->state, slot, i);
        if (!pop_reference(h, true))
            return "a slot of a node is an object or empty";
    }
    bool more = lua_getiuservalue(h->state, slot, o->slots + 1) != LUA_TNONE;
    lua_pop(h->state, 1);
    return more ? "a node has as many user values as slots" : NULL;
}

static const char *check_list(struct heap *h, const struct luaheap_list *l, int slot) {
    if (l->object.size > l->capacity)
        return "a list's length is within its capacity";
    uint64_t account = *l->account & (ACCOUNT_KINDS | ACCOUNT_REQUESTED);
    if (account != ACCOUNT_OBJECT + l->capacity * sizeof(void *))
        return "a list's account is its capacity";
    if (lua_getiuservalue(h->state, slot, 1) == LUA_TNIL) {
        lua_pop(h->state, 1);
        return l->object.size ? "a list that is not empty has a table" : NULL;
    }
    bool good = lua_rawlen(h->state, -1) == l->object.size;
    for (size_t i = 1; i <= l->object.size && good; i++) {
        lua_rawgeti(h->state, -1, (lua_Integer)i);
        good = pop_reference(h, false);
    }
    lua_pop(h->state, 1);
    return good ? NULL : "a list's table has its elements and no others";
}

static const char *check_register(struct heap *h, const struct heap_reg *reg) {
    int slot = luaheap_slot(h, reg);
    lua_pushvalue(h->state, slot);
    const struct heap_object *o = luaheap_top_object(h, lua_type(h->state, -1));
    const char *broken = NULL;
    if (o != reg->object)
        broken = "a register is the object in its slot";
    else if (o && !luaheap_is_string(o) && o->kind > HEAP_LIST)
        broken = "an object is an atom, a node or a list";
    else if (o && !luaheap_is_string(o) && o->kind != HEAP_LIST)
        broken = check_node(h, o, slot);
    else if (o && !luaheap_is_string(o))
        broken = check_list(h, luaheap_list(o), slot);
    luaheap_done(h);
    return broken;
}

static const char *check_totals(struct heap *h) {
    const struct heap_counters *c = &h->counters;
    size_t used = state_bytes(h) + h->blocks * sizeof(uint64_t) + h->spares * SPARE_BYTES;
    if (used != h->memory.held_bytes + h->register_bytes)
        return "the memory held is Lua's, and an account for each block";
    if (HEAP_COUNTING &&
        (c->objects_freed > c->objects_allocated || c->bytes_freed > c->bytes_allocated))
        return "what was freed had been allocated";
    return lua_gettop(h->state) == h->top ? NULL : "operations leave the stack as it was";
}

static const char *check_waiting(struct heap *h) {
    if (h->waiting_end + h->guarded > h->waiting_room || h->waiting_first > h->waiting_end)
        return "there is room for every guarded object to wait";
    for (size_t i = 1; i <= h->waiting_room; i++) {
        bool waits = i > h->waiting_first && i <= h->waiting_end;
        lua_rawgeti(h->state, SLOT_WAITING, (lua_Integer)i);
        const struct heap_object *o = lua_touserdata(h->state, -1);
        lua_pop(h->state, 1);
        if (waits ? !o || o->kind != HEAP_NODE : o != NULL)
            return "what waits is a node";
    }
    return NULL;
}

const char *heap_verify(struct heap *h) {
    const char *broken = check_totals(h);
    if (!broken)
        broken = check_waiting(h);
    ROOTS_EACH(&h->roots, reg)
    if (!broken)
        broken = check_register(h, reg);
    return broken;
}
