// lua - the collector of Lua 5.4: tri-colour, incremental or generational, through Lua's C API.
//
// Idea: an object is a full userdata: its user values are the slots of a node, its block holds a
// header and the payload. A list is a userdata with one user value, a table. Interned atoms are
// Lua's own strings. A register is a slot of the Lua stack, so that Lua's roots are ours.
// Invariants: a register's `object` is the block of the userdata in its slot, or the bytes of the
//   string in it with STRING_TAG added, which stay where they are while it is there. So identity,
//   kind, length and payload take no call. An empty register's slot is nil or false, an empty
//   element of a list is false (nil would be its end). From NEAR registers on, they are elements of
//   a table instead, since a Lua stack has a million slots at most.
// Cost: 48 bytes of header per object, 16 per slot, 112 and a table for a list; 8 bytes of ours and
//   malloc's own in front of each block. Warm, to copy takes 2 ns (1 call), store 3 (2; list: 4),
//   load 7 (4; list: 5), a new node of one slot 21 (3), with what its collection costs. The same
//   with a table for a node: store 7, load 9, new 37, and 72 bytes for 64; with registers in a
//   table: copy 9. Instructions (Lua 5.4.4, callgrind): a node of 2 slots that takes the place of
//   the last 587, collection included; a copy 46; an intern hit 367; a node of binary_trees, built,
//   walked and dropped, 951.
// Cannot free anything outside of its own pace; see `pause`. Steps of automatic collections happen
//   within allocation and are not announced as pauses, since Lua tells nobody.
// Guarded nodes have a metatable with __gc, which lets them wait. A weak table of Lua's loses a value that only
//   such an object refers to, so heap_intern does not find a long atom again that has waited with one.
// Source: Lua 5.4.4, lgc.c, lapi.c; R. Ierusalimschy, "Garbage collection in Lua", Lua Workshop
//   2018 (generational mode).
// Check: objects_freed is counted as Lua frees blocks; memory_bytes is what it holds of malloc's.
//   Cycles are collections_gen2, or collections_gen0 in generational mode, which does not tell its
//   major ones. Objects and edges visited are unknown.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include <string.h>

#include "layout.h"
#include "parts/list.h"

// luaheap_admit_slow - whether an operation may let Lua allocate this many bytes: it collects when
// the limit is near. Returns 0 or ENOMEM.
int luaheap_admit_slow(struct heap *h, size_t bytes);

// luaheap_make_ready - room on the stack and in the table for the registers in use. Returns 0 or
// ENOMEM.
int luaheap_make_ready(struct heap *h);

// luaheap_far_push - push a register from NEAR on; returns its slot. luaheap_far_take - it becomes
// what is in the slot. luaheap_far_leave - the youngest frame, part of which is far, becomes empty.
int luaheap_far_push(struct heap *h, const struct heap_reg *reg);
void luaheap_far_take(struct heap *h, struct heap_reg *reg, int slot);
void luaheap_far_leave(struct heap *h);

// luaheap_give_table - give a list its table. The caller has admitted it.
void luaheap_give_table(struct heap *h, int list);

// heap_guard_slow - heap_guard. heap_guarded_take_slow - dst = an object that waits, as there is one.
int heap_guard_slow(struct heap *h, const struct heap_reg *obj);
void heap_guarded_take_slow(struct heap *h, struct heap_reg *dst);

// heap_resize_slow - a list of this length gets another capacity. heap_intern_slow - heap_intern
// for a key that is too long for Lua.
void heap_resize_slow(struct heap *h, struct luaheap_list *list, size_t capacity);
int heap_intern_slow(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes);
int heap_new_external_slow(struct heap *h, struct heap_reg *dst, size_t bytes);

// luaheap_string_bytes - payload bytes of an interned atom that is a Lua string.
size_t luaheap_string_bytes(struct heap *h, const struct heap_reg *a);

// --------------------------------------------------------------------------------------- registers
// luaheap_slot - where a register's value is; pushes that of a far one.
FAST int luaheap_slot(struct heap *h, const struct heap_reg *reg) {
    size_t i = (size_t)(reg - h->registers);
    return __builtin_expect(i >= NEAR, 0) ? luaheap_far_push(h, reg) : SLOT_REGISTERS + (int)i;
}

// luaheap_take - the register becomes what is in the slot, which is this object.
FAST void luaheap_take(struct heap *h, struct heap_reg *reg, int slot, struct heap_object *o) {
    size_t i = (size_t)(reg - h->registers);
    if (__builtin_expect(i >= NEAR, 0))
        luaheap_far_take(h, reg, slot);
    else
        lua_copy(h->state, slot, SLOT_REGISTERS + (int)i);
    reg->object = o;
}

// luaheap_top_object - the object on top of the stack, whose type this is.
FAST struct heap_object *luaheap_top_object(struct heap *h, int type) {
    if (__builtin_expect(type == LUA_TUSERDATA, 1))
        return lua_touserdata(h->state, -1);
    return type == LUA_TSTRING ? luaheap_string(lua_tolstring(h->state, -1, NULL)) : NULL;
}

// luaheap_done - drop what an operation has pushed.
FAST void luaheap_done(struct heap *h) {
    lua_settop(h->state, h->top);
}

// luaheap_used - how many registers there are, with what lies between frames.
FAST size_t luaheap_used(const struct heap *h) {
    return roots_words(&h->roots);
}

FAST void luaheap_set_top(struct heap *h) {
    size_t used = luaheap_used(h);
    h->top = SLOT_REGISTERS - 1 + (int)(used < NEAR ? used : NEAR);
    lua_settop(h->state, h->top);
}

#define HEAP_LISTENER(h) (&(h)->listener) // for operations.c

FAST struct heap_reg *heap_enter(struct heap *h, size_t count) {
    struct heap_reg *r = roots_push(&h->roots, count);
    if (__builtin_expect(!r, 0))
        return NULL;
    if (__builtin_expect(luaheap_used(h) + SLOT_REGISTERS > (size_t)h->ready, 0) &&
        luaheap_make_ready(h)) {
        roots_pop(&h->roots);
        return NULL;
    }
    luaheap_set_top(h);
    return r;
}

FAST void heap_leave(struct heap *h) {
    if (__builtin_expect(luaheap_used(h) > NEAR, 0))
        luaheap_far_leave(h);
    roots_pop(&h->roots);
    luaheap_set_top(h);
}

FAST void heap_copy(struct heap *h, struct heap_reg *dst, const struct heap_reg *src) {
    int slot = luaheap_slot(h, src);
    luaheap_take(h, dst, slot, src->object);
    if (__builtin_expect(slot > h->top, 0))
        luaheap_done(h);
}

FAST void heap_clear(struct heap *h, struct heap_reg *dst) {
    if (dst->object)
        luaheap_take(h, dst, SLOT_EMPTY, NULL);
}

FAST bool heap_same(struct heap *h, const struct heap_reg *a, const struct heap_reg *b) {
    (void)h;
    return a->object == b->object;
}

FAST bool heap_is_empty(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return !a->object;
}

// -------------------------------------------------------------------------------------- allocation
FAST int luaheap_admit(struct heap *h, size_t bytes) {
    bool ask = bytes > SPARE_BYTES / 2 || h->memory.held_bytes + bytes > h->admit_bytes;
    return __builtin_expect(ask, 0) ? luaheap_admit_slow(h, bytes) : 0;
}

// luaheap_expect - the next block of this type is an object with this account, which is the sum of
// a kind and of its requested bytes.
FAST void luaheap_expect(struct heap *h, int type, uint64_t account) {
    h->pending_type = (size_t)type;
    h->pending_account = account;
}

// luaheap_identify - the newest account is of the object that begins here, or of the string.
FAST void luaheap_identify(struct heap *h, const void *begin) {
    HEAP_COUNT(size_t words = (size_t)((const uint64_t *)begin - (h->newest + 1));
               *h->newest |= (uint64_t)words << ACCOUNT_WORDS_SHIFT);
    (void)h, (void)begin;
}

// luaheap_userdata_bytes - more than Lua and we need for a userdata, its accounts included.
FAST size_t luaheap_userdata_bytes(size_t slots, size_t block_bytes) {
    return 64 + slots * SLOT_BYTES + block_bytes;
}

FAST int luaheap_new(struct heap *h, struct heap_reg *dst, enum heap_kind kind, size_t slots,
                     size_t bytes) {
    assert(slots <= HEAP_MAX_SLOTS && bytes <= HEAP_MAX_PAYLOAD_BYTES);
    HEAP_SAFEPOINT(h);
    size_t block_bytes = sizeof(struct heap_object) + bytes;
    if (luaheap_admit(h, luaheap_userdata_bytes(slots, block_bytes)))
        return ENOMEM;
    luaheap_expect(h, LUA_TUSERDATA, ACCOUNT_OBJECT + slots * sizeof(void *) + bytes);
    struct heap_object *o = lua_newuserdatauv(h->state, block_bytes, (int)slots);
    *o = (struct heap_object){
        .size = (uint32_t)bytes, .slots = (uint16_t)slots, .kind = (uint8_t)kind};
    luaheap_identify(h, o);
    HEAP_COUNT(h->counters.objects_allocated++);
    HEAP_COUNT(h->counters.bytes_allocated += slots * sizeof(void *) + bytes);
    luaheap_take(h, dst, -1, o);
    luaheap_done(h);
    return 0;
}

FAST int heap_new_atom(struct heap *h, struct heap_reg *dst, size_t bytes) {
    return luaheap_new(h, dst, HEAP_ATOM, 0, bytes);
}

FAST int heap_new_node(struct heap *h, struct heap_reg *dst, size_t slots, size_t bytes) {
    return luaheap_new(h, dst, HEAP_NODE, slots, bytes);
}

FAST int heap_new_list(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    if (luaheap_admit(h, luaheap_userdata_bytes(1, sizeof(struct luaheap_list))))
        return ENOMEM;
    luaheap_expect(h, LUA_TUSERDATA, ACCOUNT_OBJECT);
    struct luaheap_list *list = lua_newuserdatauv(h->state, sizeof *list, 1);
    // A collection may have run, but the newest account is still the list's: it makes no objects.
    *list = (struct luaheap_list){{.kind = HEAP_LIST}, h->newest, 0};
    luaheap_identify(h, list);
    HEAP_COUNT(h->counters.objects_allocated++);
    luaheap_take(h, dst, -1, &list->object);
    luaheap_done(h);
    return 0;
}

// luaheap_string_need - most that Lua needs for a short string: its table of strings doubles when
// it has one for each of its places, whose number is a power of two. Up to OWN_STRINGS are Lua's
// own.
FAST size_t luaheap_string_need(const struct heap *h) {
    size_t least = h->strings | 1, most = h->strings + OWN_STRINGS;
    bool doubles = __builtin_clzl(least) != __builtin_clzl(most);
    return 128 + (__builtin_expect(doubles, 0) ? most * sizeof(void *) : 0);
}

FAST int heap_new_external(struct heap *h, struct heap_reg *dst, size_t bytes) {
    HEAP_SAFEPOINT(h);
    return heap_new_external_slow(h, dst, bytes);
}

FAST int heap_intern(struct heap *h, struct heap_reg *dst, const void *key, size_t bytes) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(bytes > SHORT_KEY_BYTES, 0))
        return heap_intern_slow(h, dst, key, bytes);
    if (luaheap_admit(h, luaheap_string_need(h)))
        return ENOMEM;
    char string[SHORT_KEY_BYTES + 1];
    memcpy(string, key, bytes);
    string[bytes] = KEY_END;
    luaheap_expect(h, LUA_TSTRING, ACCOUNT_STRING + bytes);
    const char *interned = lua_pushlstring(h->state, string, bytes + 1);
    if (h->pending_type == LUA_TSTRING) { // no block was needed
        HEAP_COUNT(h->counters.intern_hits++);
        HEAP_COUNT(h->counters.intern_saved_bytes += bytes);
        h->pending_type = SIZE_MAX;
    } else {
        luaheap_identify(h, interned);
        HEAP_COUNT(h->counters.intern_misses++);
        HEAP_COUNT(h->counters.objects_allocated++);
        HEAP_COUNT(h->counters.bytes_allocated += bytes);
    }
    luaheap_take(h, dst, -1, luaheap_string(interned));
    luaheap_done(h);
    return 0;
}

FAST int heap_small_int(struct heap *h, struct heap_reg *dst, int64_t value) {
    if (value >= HEAP_INT_MIN && value <= HEAP_INT_MAX) {
        HEAP_SAFEPOINT(h);
        int i = (int)value - HEAP_INT_MIN;
        luaheap_take(h, dst, SLOT_INTS + i, h->ints[i]);
        return 0;
    }
    int error = heap_new_atom(h, dst, sizeof value);
    if (!error)
        memcpy(dst->object + 1, &value, sizeof value);
    return error;
}

// ------------------------------------------------------------------------------------------ access
FAST size_t heap_length(struct heap *h, const struct heap_reg *a) {
    (void)h;
    const struct heap_object *o = a->object;
    if (luaheap_is_string(o))
        return 0;
    return o->kind == HEAP_LIST ? o->size : o->slots;
}

FAST size_t heap_capacity(struct heap *h, const struct heap_reg *a) {
    const struct heap_object *o = a->object;
    if (luaheap_is_string(o) || o->kind != HEAP_LIST)
        return heap_length(h, a);
    return luaheap_list(o)->capacity;
}

FAST void heap_load(struct heap *h, struct heap_reg *dst, const struct heap_reg *obj, size_t i) {
    assert(i < heap_length(h, obj));
    int slot = luaheap_slot(h, obj), type;
    if (obj->object->kind == HEAP_LIST) {
        lua_getiuservalue(h->state, slot, 1);
        type = lua_rawgeti(h->state, -1, (lua_Integer)i + 1);
    } else {
        type = lua_getiuservalue(h->state, slot, (int)i + 1);
    }
    luaheap_take(h, dst, -1, luaheap_top_object(h, type));
    luaheap_done(h);
}

FAST void luaheap_push_element(struct heap *h, const struct heap_reg *src, int slot) {
    if (src->object)
        lua_pushvalue(h->state, slot);
    else
        lua_pushboolean(h->state, 0);
}

FAST void heap_store(struct heap *h, const struct heap_reg *obj, size_t i,
                     const struct heap_reg *src) {
    assert(i < heap_length(h, obj));
    int slot = luaheap_slot(h, obj), from = luaheap_slot(h, src);
    if (obj->object->kind == HEAP_LIST) {
        lua_getiuservalue(h->state, slot, 1);
        luaheap_push_element(h, src, from);
        lua_rawseti(h->state, -2, (lua_Integer)i + 1);
        luaheap_done(h);
        return;
    }
    lua_pushvalue(h->state, from);
    lua_setiuservalue(h->state, slot, (int)i + 1);
    if (__builtin_expect(slot > h->top || from > h->top, 0))
        luaheap_done(h);
}

// Where a register is tells which slot of Lua's stack it has, so there is nothing to be lent.
FAST const struct heap_reg *heap_borrow(struct heap *h, struct heap_reg *spare,
                                        const struct heap_reg *obj, size_t i) {
    heap_load(h, spare, obj, i);
    return spare;
}

FAST void heap_move(struct heap *h, const struct heap_reg *obj, size_t i, struct heap_reg *src) {
    heap_store(h, obj, i, src);
    heap_clear(h, src);
}

// luaheap_append_bytes - most that Lua needs to add an element: a table doubles its array when it
// is full, which then holds a power of two. The old one is there until the new one is.
FAST size_t luaheap_append_bytes(size_t length) {
    if (__builtin_expect(length & (length - 1), 1))
        return 0;
    return 256 + 2 * length * SLOT_BYTES;
}

FAST int heap_append(struct heap *h, const struct heap_reg *list, const struct heap_reg *src) {
    HEAP_SAFEPOINT(h);
    size_t length = list->object->size;
    if (luaheap_admit(h, luaheap_append_bytes(length)))
        return ENOMEM;
    int slot = luaheap_slot(h, list), from = luaheap_slot(h, src);
    struct luaheap_list *l = luaheap_list(list->object);
    if (__builtin_expect(!list_fits(l->capacity, length + 1), 0))
        heap_resize_slow(h, l, list_capacity(length, length + 1));
    if (__builtin_expect(lua_getiuservalue(h->state, slot, 1) == LUA_TNIL, 0))
        luaheap_give_table(h, slot);
    luaheap_push_element(h, src, from);
    lua_rawseti(h->state, -2, (lua_Integer)length + 1);
    l->object.size = (uint32_t)length + 1;
    luaheap_done(h);
    return 0;
}

// luaheap_shorten - the list, whose last elements have been removed, has this length.
FAST void luaheap_shorten(struct heap *h, struct luaheap_list *l, size_t length) {
    size_t old_length = l->object.size;
    l->object.size = (uint32_t)length;
    if (__builtin_expect(!list_fits(l->capacity, length), 0))
        heap_resize_slow(h, l, list_capacity(old_length, length));
}

FAST void heap_truncate(struct heap *h, const struct heap_reg *list, size_t length) {
    struct luaheap_list *l = luaheap_list(list->object);
    assert(length <= l->object.size);
    if (length == l->object.size)
        return; // it may have no table yet
    lua_getiuservalue(h->state, luaheap_slot(h, list), 1);
    for (size_t i = l->object.size; i > length; i--) {
        lua_pushnil(h->state);
        lua_rawseti(h->state, -2, (lua_Integer)i);
    }
    luaheap_shorten(h, l, length);
    luaheap_done(h);
}

FAST void heap_pop(struct heap *h, struct heap_reg *dst, const struct heap_reg *list) {
    struct luaheap_list *l = luaheap_list(list->object);
    size_t length = l->object.size;
    assert(length && "pop from a list that is not empty");
    lua_getiuservalue(h->state, luaheap_slot(h, list), 1);
    int type = lua_rawgeti(h->state, -1, (lua_Integer)length);
    struct heap_object *last = luaheap_top_object(h, type);
    lua_pushnil(h->state);
    lua_rawseti(h->state, -3, (lua_Integer)length);
    luaheap_shorten(h, l, length - 1);
    luaheap_take(h, dst, -1, last);
    luaheap_done(h);
}

FAST enum heap_kind heap_kind(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return luaheap_is_string(a->object) ? HEAP_ATOM : (enum heap_kind)a->object->kind;
}

FAST void *heap_payload(struct heap *h, const struct heap_reg *a) {
    (void)h;
    if (luaheap_is_string(a->object))
        return (char *)a->object - STRING_TAG;
    return a->object + 1;
}

FAST size_t heap_payload_bytes(struct heap *h, const struct heap_reg *a) {
    if (luaheap_is_string(a->object))
        return luaheap_string_bytes(h, a);
    return a->object->kind == HEAP_LIST ? 0 : a->object->size;
}

FAST int64_t heap_refcount(struct heap *h, const struct heap_reg *a) {
    (void)h;
    (void)a;
    return -1;
}

FAST uintptr_t heap_identity(struct heap *h, const struct heap_reg *a) {
    (void)h;
    return (uintptr_t)a->object;
}

// ------------------------------------------------------------------------------------------ guards
FAST int heap_guard(struct heap *h, const struct heap_reg *obj) {
    HEAP_SAFEPOINT(h);
    return heap_guard_slow(h, obj);
}

FAST bool heap_guarded_take(struct heap *h, struct heap_reg *dst) {
    HEAP_SAFEPOINT(h);
    if (__builtin_expect(h->waiting_first == h->waiting_end, 1))
        return false;
    heap_guarded_take_slow(h, dst);
    return true;
}

#include "parts/without/dicts.h"
#include "parts/without/regions.h"
#include "parts/without/tuples.h"

#endif
