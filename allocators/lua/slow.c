// slow.c - lua: the heap's life, far registers, and what else is off the fast path. See fast.h.

#include "state.h"

#include <stdlib.h>

enum { TUNABLE_MODE, TUNABLE_PAUSE, TUNABLE_STEPMUL, TUNABLE_MINOR, TUNABLE_MAJOR };

// Ranges: Lua keeps these numbers in bytes, all but `minor` as quarters.
static const struct setting tunables[] = {
    {.name = "mode",
     .doc = "how Lua collects: step by step, or the young objects more often than the old",
     .unit = "",
     .choices = (const char *const[]){"incremental", "generational", NULL},
     .sweep = "incremental,generational",
     .quick_sweep = 1},
    {.name = "pause",
     .doc = "incremental: start a cycle when memory is this share of what the last one left",
     .unit = "%",
     .fallback = 200,
     .min = 100,
     .max = 1000,
     .whole = 1,
     .sweep = "100,150,200,300,400,1000"},
    {.name = "stepmul",
     .doc = "incremental: how fast a cycle goes on, relative to allocation",
     .unit = "%",
     .fallback = 100,
     .min = 25,
     .max = 1000,
     .whole = 1,
     .sweep = "50,100,200,400,1000"},
    {.name = "minor",
     .doc = "generational: collect the young when memory has grown by this share",
     .unit = "%",
     .fallback = 20,
     .min = 1,
     .max = 100,
     .whole = 1,
     .sweep = "5,10,20,50,100"},
    {.name = "major",
     .doc = "generational: collect all when memory has grown by this share since the last time",
     .unit = "%",
     .fallback = 100,
     .min = 4,
     .max = 1000,
     .whole = 1,
     .sweep = "50,100,200,400"},
    HEAP_TUNABLE_COLLECT_EVERY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "Lua 5.4's collector through its C API: tri-colour, incremental or generational",
    // Three equal runs of interning allocate 410610, 410552 and 410555 objects: Lua seeds its string
    // hash from addresses and the time (luai_makeseed, lstate.c).
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_VARIES,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
};

static int tunable(const struct heap_config *config, int i) {
    return (int)(config->tunables ? config->tunables[i] : tunables[i].fallback);
}

static void set_mode(struct heap *h, const struct heap_config *config) {
    h->generational = tunable(config, TUNABLE_MODE) != 0;
    if (h->generational)
        lua_gc(h->state, LUA_GCGEN, tunable(config, TUNABLE_MINOR), tunable(config, TUNABLE_MAJOR));
    else
        lua_gc(h->state, LUA_GCINC, tunable(config, TUNABLE_PAUSE),
               tunable(config, TUNABLE_STEPMUL), 0);
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    h->listener = config->listener;
    h->enabled = true;
    if (roots_init(&h->roots) || state_open(h)) {
        heap_free(h);
        return NULL;
    }
    h->registers = (struct heap_reg *)(void *)h->roots.start;
    set_mode(h, config);
    h->counters = (struct heap_counters){0}; // no cycle of ours
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    state_close(h);
    roots_free(&h->roots);
    memory_close(&h->memory);
    free(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    out->objects_collected = out->objects_freed; // no other way leads there
    out->memory_bytes = h->memory.held_bytes;
    out->memory_peak_bytes = h->memory.peak_bytes;
}

size_t heap_collect(struct heap *h, int generation) {
    (void)generation;
    uint64_t freed = h->counters.objects_freed;
    if (h->listener.pause_begin)
        h->listener.pause_begin(h->listener.context, HEAP_PAUSE_FULL);
    lua_gc(h->state, LUA_GCCOLLECT);
    freed = h->counters.objects_freed - freed;
    if (h->listener.pause_end)
        h->listener.pause_end(h->listener.context, HEAP_PAUSE_FULL, freed);
    return freed;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    lua_gc(h->state, on ? LUA_GCRESTART : LUA_GCSTOP);
}

#include "parts/no_freezing.h"

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
    if (count > h->far && !state_malloc_has(array_bytes))
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
    return reg - h->registers - NEAR + 1;
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
        if (reg - h->registers >= NEAR)
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
        h->counters.bytes_allocated += bytes - old_bytes;
    else
        h->counters.bytes_freed += old_bytes - bytes;
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
        h->counters.intern_hits++;
        h->counters.intern_saved_bytes += bytes;
    } else {
        lua_pop(h->state, 1);
        luaheap_expect(h, LUA_TUSERDATA, ACCOUNT_LONG + bytes);
        o = lua_newuserdatauv(h->state, block_bytes, 0);
        *o = (struct heap_object){.size = (uint32_t)bytes, .kind = HEAP_ATOM, .interned = 1};
        memcpy(o + 1, key, bytes);
        lua_insert(h->state, -2);
        lua_pushvalue(h->state, -2);
        lua_rawset(h->state, SLOT_LONG);
        h->counters.intern_misses++;
        h->counters.objects_allocated++;
        h->counters.bytes_allocated += bytes;
    }
    luaheap_take(h, dst, -1, o);
    luaheap_done(h);
    return 0;
}

size_t luaheap_string_bytes(struct heap *h, const struct heap_reg *a) {
    size_t bytes = lua_rawlen(h->state, luaheap_slot(h, a)) - 1;
    luaheap_done(h);
    return bytes;
}
