// slow.c - refcount_deferred: its descriptor, set-up, the table's scan, and checks. See fast.h.

#include "heap.h"

#include "parts/counted_slow.h"
#include "parts/counted_verify.h"

enum { ZCT_MAX = 1 << 20 };

enum tunable { ZCT, MEMORY, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [ZCT] = {.name = "zct",
             .doc = "objects that enter the zero-count table before it is scanned",
             .unit = "objects",
             .fallback = 1024,
             .min = 1,
             .max = ZCT_MAX,
             .whole = 1,
             .sweep = "64,256,1024,4096,16384,65536"},
    [MEMORY] = HEAP_TUNABLE_MEMORY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "reference counting without the registers: objects that no slot refers to wait in a "
               "table",
    .traits = HEAP_FREES_ACYCLIC,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// ------------------------------------------------------------------------------------------- table
// Addresses for an entry per register that can exist, and as many more as zct asks for: after a
// scan only what is in registers is left, so there is always room for one more entry, without
// memory that could be refused. Pages become resident as entries first reach them.
#define TABLE_BYTES (ROOTS_BYTES + ZCT_MAX * sizeof(struct heap_object *))

FAST struct heap_object **waiting_begin(const struct heap *h) {
    return h->table;
}

FAST struct heap_object **waiting_end(const struct heap *h) {
    return h->next;
}

#include "parts/counted_waiting.h"

static struct heap_object **table_end(const struct heap *h) {
    return h->table + TABLE_BYTES / sizeof *h->table;
}

// Room for so many more entries, or as many as the table can have.
static void give_room(struct heap *h, size_t room) {
    size_t most = (size_t)(table_end(h) - h->next);
    h->limit = h->next + (room < most ? room : most);
}

// -------------------------------------------------------------------------------------------- scan
// While a scan runs, registers are counted like slots, and the table is emptied. So an object whose
// count is 0 is garbage, whether the scan comes to it in the table or a cascade by its last slot;
// one that a cascade meets while it is in the table has the mark in its count, and waits for the
// scan. The newest entries are taken first: they are in the cache, and what was freed last, the
// oldest, is used again first, so that new objects lie in the order of allocation.
static void count_registers(struct heap *h) {
    ROOTS_EACH(&h->roots, reg) {
        if (!reg->object)
            continue;
        counted_up(reg->object);
        h->counters.edges_visited++;
    }
}

static void empty_table(struct heap *h) {
    struct heap_object **entry = h->next, **first = h->table;
    struct counted_cascade c;
    uint64_t roots = 0;
    counted_begin(&c);
    h->counters.objects_visited += (uint64_t)(entry - first);
    h->next = first;
    while (entry > first) {
        struct heap_object *o = *--entry;
        uint32_t count = counted_count(o) - COUNTED_FOREVER;
        counted_set_count(o, count);
        if (count)
            continue;
        uint64_t before = counted_freed(&c);
        counted_cascade(h, &c, o);
        roots++;
        if (counted_freed(&c) - before > h->counters.cascade_longest)
            h->counters.cascade_longest = counted_freed(&c) - before;
    }
    counted_sum_up(h, &c, roots);
}

// What is in registers alone is in the table again. There are no more such objects than registers.
static void uncount_registers(struct heap *h) {
    ROOTS_EACH(&h->roots, reg) {
        if (!reg->object || !counted_down(reg->object))
            continue;
        counted_set_count(reg->object, COUNTED_FOREVER);
        *h->next++ = reg->object;
    }
}

static size_t scan(struct heap *h) {
    uint64_t freed_before = h->counters.objects_freed;
    struct heap_object **highest = h->next;
    h->pausing = true;
    if (h->listener.pause_begin)
        h->listener.pause_begin(h->listener.context, HEAP_PAUSE_ZCT);
    h->counters.collections_gen0++;
    count_registers(h);
    empty_table(h);
    uncount_registers(h);
    h->waited = 0;
    give_room(h, h->zct);
    waiting_give_back(h->limit, highest);
    uint64_t freed = h->counters.objects_freed - freed_before;
    h->counters.objects_collected += freed;
    if (h->listener.pause_end)
        h->listener.pause_end(h->listener.context, HEAP_PAUSE_ZCT, freed);
    h->pausing = false;
    return freed;
}

// Drop the entries that slots refer to, and let the table grow to twice what is left.
static void compact(struct heap *h) {
    struct heap_object **end = h->next;
    h->next = h->table;
    for (struct heap_object **entry = h->table; entry < end; entry++) {
        struct heap_object *o = *entry;
        if (counted_count(o) == COUNTED_FOREVER)
            *h->next++ = o;
        else
            counted_set_count(o, counted_count(o) - COUNTED_FOREVER);
    }
    size_t left = (size_t)(h->next - h->table);
    give_room(h, left > h->zct ? left : h->zct);
    waiting_give_back(h->limit, end);
}

// A scan reads the whole register stack, so at least as many entries come before it as that has
// words: what it costs is then a constant per entry.
static bool scan_is_due(struct heap *h) {
    h->waited += h->zct;
    return h->waited >= (size_t)(h->roots.next - h->roots.start) / sizeof(struct heap_reg);
}

// Where the heap may not collect by itself, it does so still when the table cannot grow.
void heap_scan_slow(struct heap *h) {
    if (!h->enabled)
        compact(h);
    else if (!scan_is_due(h))
        give_room(h, h->zct);
    if (h->next == h->limit)
        (void)scan(h);
}

bool heap_relieve_slow(struct heap *h) {
    return h->enabled && scan(h) > 0;
}

size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    (void)generation;
    return scan(h);
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    if (on)
        give_room(h, h->zct);
}

// What is held is not searched for garbage anyhow, except what is in the table.
#include "parts/no_freezing.h"

// --------------------------------------------------------------------------------------- lifecycle
struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (counted_open(h, config, config->tunables[MEMORY] != 0) ||
        !(h->table = h->next = waiting_open(TABLE_BYTES))) {
        heap_free(h);
        return NULL;
    }
    h->zct = (size_t)config->tunables[ZCT];
    heap_enable(h, true);
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    h->listener = (struct heap_listener){0};
    if (h->table && !pool_walks_all(&h->pool)) { // the pool does not know what to give back
        while (h->roots.top)
            heap_leave(h);
        (void)scan(h);
    }
    waiting_close(h->table, TABLE_BYTES);
    counted_close(h);
}

// ------------------------------------------------------------------------------------------ checks
const char *heap_verify(struct heap *h) {
    if (h->pausing)
        return "no scan is running between operations";
    if (h->next < h->table || h->next >= h->limit || h->limit > table_end(h))
        return "there is room in the table for one more object";
    if (h->counters.objects_collected != h->counters.objects_freed)
        return "only a scan frees";
    const char *broken = counted_verify(h);
    return broken ? broken : waiting_verify(h);
}
