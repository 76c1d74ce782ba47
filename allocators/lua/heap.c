// heap.c - lua: its descriptor, the heap's life, and what a user calls by hand.

#include "state.h"

#include <stdlib.h>

enum tunable { MODE, PAUSE, STEPMUL, MINOR, MAJOR, COLLECT_EVERY, COLLECT_WHEN, TUNABLES };

// Ranges: Lua keeps these numbers in bytes, all but `minor` as quarters.
static const struct setting tunables[TUNABLES] = {
    [MODE] = {.name = "mode",
              .doc = "how Lua collects: step by step, or the young objects more often than the old",
              .unit = "",
              .choices = (const char *const[]){"incremental", "generational", NULL},
              .sweep = "incremental,generational"},
    [PAUSE] = {.name = "pause",
               .when = "mode=incremental",
               .doc =
                   "incremental: start a cycle when memory is this share of what the last one left",
               .unit = "%",
               .fallback = 200,
               .min = 100,
               .max = 1000,
               .whole = 1,
               .sweep = "100,150,200,300,400,1000"},
    [STEPMUL] = {.name = "stepmul",
                 .when = "mode=incremental",
                 .doc = "incremental: how fast a cycle goes on, relative to allocation",
                 .unit = "%",
                 .fallback = 100,
                 .min = 25,
                 .max = 1000,
                 .whole = 1,
                 .sweep = "50,100,200,400,1000"},
    [MINOR] = {.name = "minor",
               .when = "mode=generational",
               .doc = "generational: collect the young when memory has grown by this share",
               .unit = "%",
               .fallback = 20,
               .min = 1,
               .max = 100,
               .whole = 1,
               .sweep = "5,10,20,50,100"},
    [MAJOR] =
        {.name = "major",
         .when = "mode=generational",
         .doc = "generational: collect all when memory has grown by this share since the last time",
         .unit = "%",
         .fallback = 100,
         .min = 4,
         .max = 1000,
         .whole = 1,
         .sweep = "50,100,200,400"},
    [COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,
    [COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "Lua 5.4's collector through its C API: tri-colour, incremental or generational",
    // Three equal runs of interning allocate 410610, 410552 and 410555 objects: Lua seeds its
    // string hash from addresses and the time (luai_makeseed, lstate.c).
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_VARIES | HEAP_SILENT | HEAP_GUARDS,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

static int tunable(const struct heap_config *config, int i) {
    return (int)config->tunables[i];
}

static void set_mode(struct heap *h, const struct heap_config *config) {
    h->generational = tunable(config, MODE) != 0;
    if (h->generational)
        lua_gc(h->state, LUA_GCGEN, tunable(config, MINOR), tunable(config, MAJOR));
    else
        lua_gc(h->state, LUA_GCINC, tunable(config, PAUSE), tunable(config, STEPMUL), 0);
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    external_init(&h->external);
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
    external_free(&h->external);
    roots_free(&h->roots);
    memory_close(&h->memory);
    free(h);
}

// All else is a block of malloc for each object of Lua's.
uint64_t heap_unused_bytes(struct heap *h) {
    return h->spared ? HEAP_UNKNOWN : h->spares * SPARE_BYTES;
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    *out = h->counters;
    out->objects_collected = out->objects_freed; // nothing else frees
    out->memory_bytes = h->memory.held_bytes;
    out->memory_peak_bytes = h->memory.peak_bytes;
    // Lua tells what is left, not what it looked at; in generational mode also not how often it
    // looked at everything.
    out->objects_visited = out->edges_visited = out->objects_promoted = HEAP_UNKNOWN;
    if (h->generational)
        out->collections_gen1 = out->collections_gen2 = HEAP_UNKNOWN;
    heap_hide_uncounted(out);
}

size_t heap_collect(struct heap *h, int generation) {
    (void)generation;
    uint64_t freed = h->counters.objects_freed;
    heap_pause_begins(&h->listener, HEAP_PAUSE_FULL);
    lua_gc(h->state, LUA_GCCOLLECT);
    freed = h->counters.objects_freed - freed;
    heap_pause_ends(&h->listener, HEAP_PAUSE_FULL, freed);
    return freed;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    lua_gc(h->state, on ? LUA_GCRESTART : LUA_GCSTOP);
}

#include "parts/without/freezing.h"
