// table.c - refcount_deferred: the zero-count table, and the scan that frees what is only in it.

#include "heap.h"

#include "parts/counted/cascade.h"
#include "parts/counted/waiting.h"

static struct heap_object **table_end(const struct heap *h) {
    return h->table + h->table_bytes / sizeof *h->table;
}

// Room for so many registers. The table may move.
bool deferred_table_admit(void *context, size_t registers) {
    struct heap *h = context;
    size_t bytes = (registers + DEFERRED_ZCT_MAX) * sizeof *h->table;
    size_t next = (size_t)(h->next - h->table), limit = (size_t)(h->limit - h->table);
    if (bytes <= h->table_bytes)
        return true;
    struct heap_object **moved = covered_resize(h->table, h->table_bytes, bytes);
    if (!moved)
        return false;
    h->table = moved;
    h->table_bytes = bytes;
    h->next = moved + next;
    h->limit = moved + limit;
    return true;
}

// Make room for this many more entries, or as many as the table can have.
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
    ROOTS_EACH(&h->common.roots, reg) {
        if (!reg->object)
            continue;
        counted_up(h, reg->object);
        h->common.counters.edges_visited++;
    }
}

// Returns how many objects died.
static uint64_t empty_table(struct heap *h) {
    struct heap_object **entry = h->next, **first = h->table;
    struct counted_cascade c;
    uint64_t roots = 0;
    counted_begin(&c);
    h->common.counters.objects_visited += (uint64_t)(entry - first);
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
        if (counted_freed(&c) - before > h->common.counters.cascade_longest)
            HEAP_COUNT(h->common.counters.cascade_longest = counted_freed(&c) - before);
    }
    counted_sum_up(h, &c, roots);
    return counted_freed(&c);
}

// What is in registers alone is in the table again. There are no more such objects than registers.
static void uncount_registers(struct heap *h) {
    ROOTS_EACH(&h->common.roots, reg) {
        if (!reg->object || !counted_down(h, reg->object))
            continue;
        counted_set_count(reg->object, COUNTED_FOREVER);
        *h->next++ = reg->object;
    }
}

static size_t scan(struct heap *h) {
    struct heap_object **highest = h->next;
    h->common.pausing = true;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_ZCT);
    h->common.counters.collections_gen0++;
    count_registers(h);
    uint64_t freed = empty_table(h);
    uncount_registers(h);
    h->waited = 0;
    give_room(h, h->zct);
    covered_give_back(h->limit, highest);
    HEAP_COUNT(h->common.counters.objects_collected += freed);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_ZCT, freed);
    h->common.pausing = false;
    return freed;
}

// Drop the entries that slots refer to, and let the table grow to twice what is left.
static void compact(struct heap *h) {
    struct heap_object **end = h->next, **table = h->table;
    h->next = h->table;
    for (struct heap_object **entry = h->table; entry < end; entry++) {
        struct heap_object *o = *entry;
        if (counted_count(o) == COUNTED_FOREVER)
            *h->next++ = o;
        else
            counted_set_count(o, counted_count(o) - COUNTED_FOREVER);
    }
    size_t left = (size_t)(h->next - h->table), room = left > h->zct ? left : h->zct;
    (void)deferred_table_admit(h, left + room);
    end = h->table + (end - table);
    give_room(h, room);
    covered_give_back(h->limit, end);
}

// A scan reads the whole register stack, so at least as many entries come before it as that has
// words: what it costs is then a constant per entry.
static bool scan_is_due(struct heap *h) {
    h->waited += h->zct;
    return h->waited >= roots_words(&h->common.roots);
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

// Objects are not searched for garbage anyhow, unless they are in the table.
#include "parts/without/freezing.h"
