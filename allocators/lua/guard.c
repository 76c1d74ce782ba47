// guard.c - lua: guarded nodes, and those that wait to be taken.
//
// They wait in a table, since to Lua a C array is no reference. It has the value false for every
// object that may have to wait, so that the finalizer, which must not fail, only overwrites.

#include "state.h"

static int hand_back(lua_State *state) {
    void *context;
    lua_getallocf(state, &context);
    struct heap *h = context;
    struct heap_object *o = lua_touserdata(state, 1);
    o->guarded = 0;
    h->guarded--;
    if (!h->closing)
        lua_rawseti(state, lua_upvalueindex(1), (lua_Integer)++h->waiting_end);
    return 0;
}

void guard_build(lua_State *state) {
    lua_createtable(state, 0, 0);
    lua_createtable(state, 0, 1);
    lua_pushvalue(state, -2);
    lua_pushcclosure(state, hand_back, 1);
    lua_setfield(state, -2, "__gc");
}

static void move_waiting(struct heap *h, size_t from, size_t to) {
    lua_rawgeti(h->state, SLOT_WAITING, (lua_Integer)from);
    lua_rawseti(h->state, SLOT_WAITING, (lua_Integer)to);
    lua_pushboolean(h->state, 0);
    lua_rawseti(h->state, SLOT_WAITING, (lua_Integer)from);
}

// Close up when that gains half of the room, or have one more.
static int make_room(struct heap *h) {
    if (h->waiting_first && h->waiting_first >= h->waiting_room / 2) {
        size_t count = h->waiting_end - h->waiting_first;
        for (size_t i = 1; i <= count; i++)
            move_waiting(h, h->waiting_first + i, i);
        h->waiting_first = 0;
        h->waiting_end = count;
        return 0;
    }
    if (luaheap_admit(h, luaheap_append_bytes(h->waiting_room)))
        return ENOMEM;
    lua_pushboolean(h->state, 0);
    lua_rawseti(h->state, SLOT_WAITING, (lua_Integer)++h->waiting_room);
    return 0;
}

int heap_guard_slow(struct heap *h, const struct heap_reg *obj) {
    struct heap_object *o = obj->object;
    assert(!luaheap_is_string(o) && o->kind == HEAP_NODE && "a node is guarded");
    if (o->guarded)
        return 0;
    if (h->waiting_end + h->guarded == h->waiting_room && make_room(h))
        return ENOMEM;
    int slot = luaheap_slot(h, obj);
    lua_pushvalue(h->state, SLOT_GUARD);
    lua_setmetatable(h->state, slot);
    luaheap_done(h);
    o->guarded = 1;
    h->guarded++;
    h->counters.objects_guarded++;
    return 0;
}

void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst) {
    lua_Integer at = (lua_Integer)++h->waiting_first;
    lua_rawgeti(h->state, SLOT_WAITING, at);
    luaheap_take(h, dst, -1, lua_touserdata(h->state, -1));
    lua_pushboolean(h->state, 0);
    lua_rawseti(h->state, SLOT_WAITING, at);
    luaheap_done(h);
    if (h->waiting_first == h->waiting_end)
        h->waiting_first = h->waiting_end = 0;
    h->counters.objects_handed_back++;
}
