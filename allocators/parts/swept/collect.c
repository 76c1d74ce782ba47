// collect.c - when to collect, the collection, and allocation off the fast path.

#include "collect.h"

// With memory=malloc every allocation looks at this many unswept singles, so that a sweep of live x
// growth objects ends well before the next collection. It is not announced as a pause: it takes 100
// to 200 ns, and stamping would add 50.
enum { COLLECT_SINGLES_STEP = 8 };

// -------------------------------------------------------------------------------------- collecting
static struct heap_object *keep_marked(void *context, struct heap_object *o) {
    const struct heap *h = context;
    return (o->flags & MARK_EPOCHS) == h->blocks.epoch ? o : NULL;
}

// Dead cells keep the epoch before last, which the collection is about to use again, so they must
// go now.
static void finish_sweep(struct heap *h) {
    blocks_flush(h->classes);
    blocks_sweep_all(&h->blocks, h->classes);
    singles_sweep(&h->singles, h->blocks.epoch, SIZE_MAX);
}

// Its size, as far as that counts.
static size_t size(const struct heap *h) {
    return trigger_size(&h->due, h->used_bytes, h->common.external.held_bytes);
}

static void set_threshold(struct heap *h, int generation) {
    h->due.threshold_bytes = swept_next_bytes(h, generation, size(h));
    trigger_restart(&h->due, h->used_bytes);
}

// Whether one is due when the heap becomes larger by so many bytes.
static bool is_due(struct heap *h, size_t external_bytes) {
    if (!h->enabled)
        return false;
    trigger_allocated(&h->due, h->used_bytes);
    return (size(h) + external_bytes >= h->due.threshold_bytes ||
            trigger_outgrows(&h->due, h->used_bytes)) &&
           trigger_may_collect(&h->due, 0);
}

// What is marked by now.
static void add_marked(struct mark_result *old, const struct mark_result *found, bool young) {
    uint64_t objects = young ? old->objects : 0, bytes = young ? old->bytes : 0;
    size_t single_bytes = young ? old->single_bytes : 0;
    *old = (struct mark_result){.objects = objects + found->objects,
                                .bytes = bytes + found->bytes,
                                .single_bytes = single_bytes + found->single_bytes};
}

static void count_collection(struct heap_counters *c, int generation) {
    uint64_t *collections[HEAP_GENERATIONS] = {&c->collections_gen0, &c->collections_gen1,
                                               &c->collections_gen2};
    ++*collections[generation];
}

// Live objects are counted, so those freed are known without sweeping, and the pauses of sweeping
// report none: the objects freed in all pauses add up to objects_freed. Returns how many are new.
static uint64_t count_freed(struct heap *h, const struct mark_result *found, bool young) {
    struct heap_counters *c = &h->common.counters;
    c->objects_visited += found->objects + found->again;
    c->edges_visited += found->edges;
    c->mark_overflows += found->overflows;
    if (young)
        c->objects_promoted += found->objects;
    if (!HEAP_COUNTING)
        return HEAP_UNKNOWN;
    uint64_t garbage = c->objects_allocated - c->objects_freed - h->old.objects;
    c->objects_collected += garbage;
    c->objects_freed += garbage;
    c->bytes_freed = c->bytes_allocated - h->old.bytes;
    return garbage;
}

static void purge(struct heap *h, size_t keep_bytes) {
    if (!blocks_surplus(&h->blocks, keep_bytes))
        return;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_PURGE);
    blocks_purge(&h->blocks, keep_bytes);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_PURGE, 0);
}

// What the heap will grow into before the next collection is kept, so that chunks do not come and
// go; a 32nd more for the ends of blocks, and one chunk for blocks that are shared out among the
// classes.
static size_t chunk_bytes_to_keep(const struct heap *h, size_t single_bytes) {
    size_t due = h->due.threshold_bytes, most = due - (single_bytes < due ? single_bytes : 0);
    return most + most / 32 + CHUNK_BYTES;
}

void collect_sweep_singles(struct heap *h) {
    if (!h->singles.unswept)
        return;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_SWEEP);
    singles_sweep(&h->singles, h->blocks.epoch, SIZE_MAX);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_SWEEP, 0);
}

// What is old keeps its mark, so of its blocks nothing is looked at, and none is swept before its time.
static void begin_young(struct heap *h) {
    blocks_flush(h->classes);
}

static void begin_all(struct heap *h) {
    finish_sweep(h);
    h->blocks.epoch = h->blocks.epoch == MARK_EPOCH_ONE ? MARK_EPOCH_TWO : MARK_EPOCH_ONE;
}

// Large objects are few and hold much, so they go at once, where not all are single.
static void sweep_singles(struct heap *h, bool young) {
    if (young)
        singles_sweep_young(&h->singles, h->blocks.epoch);
    else
        h->singles.unswept = h->singles.count;
    if (!h->all_single)
        singles_sweep(&h->singles, h->blocks.epoch, SIZE_MAX);
    h->singles.young = SWEPT_GENERATIONS ? h->singles.count : 0;
}

// Before the first collection of all nothing has a mark.
size_t collect(struct heap *h, int generation) {
    struct mark_result found;
    bool young = generation < HEAP_GENERATIONS - 1 && h->blocks.epoch;
    enum heap_pause kind =
        SWEPT_GENERATIONS ? (enum heap_pause)(HEAP_PAUSE_GEN0 + generation) : HEAP_PAUSE_FULL;
    heap_pause_begins(&h->common.listener, kind);
    trigger_allocated(&h->due, h->used_bytes);
    trigger_collects(&h->due, 0);
    if (young)
        begin_young(h);
    else
        begin_all(h);
    mark_heap(h, h->blocks.epoch, young, &found);
    intern_retain(&h->common.interned, keep_marked, h);
    external_retain(&h->common.external, keep_marked, h);
    HEAP_COUNT(heap_retained(&h->common.listener, keep_marked, h));
    add_marked(&h->old, &found, young);
    h->used_bytes = h->old.single_bytes + (young ? blocks_sort_taken(&h->blocks, h->classes)
                                                 : blocks_sort(&h->blocks, h->classes));
    sweep_singles(h, young);
    set_threshold(h, generation);
    count_collection(&h->common.counters, generation);
    uint64_t garbage = count_freed(h, &found, young);
    heap_pause_ends(&h->common.listener, kind, garbage);
    if (!young)
        purge(h, chunk_bytes_to_keep(h, h->old.single_bytes));
    return garbage;
}

// -------------------------------------------------------------------------------------- allocating
static struct heap_object *take_single(struct heap *h, size_t bytes) {
    if (h->singles.unswept)
        singles_sweep(&h->singles, h->blocks.epoch, COLLECT_SINGLES_STEP);
    struct heap_object *o = singles_new(&h->singles, bytes);
    if (o)
        h->used_bytes += sizeof(struct single) + bytes;
    return o;
}

// A free cell of the block at hand, if it has one. A block counts as used when it has none, not
// sooner: a program of many object sizes would otherwise seem to have used a whole block of each.
static struct heap_object *next_cell(struct heap *h, size_t bytes) {
    void *p = NULL;
    if (swept_bump(h, bytes, &p))
        return p;
    struct block_class *c = &h->classes[bytes / BLOCK_UNIT];
    if (blocks_next_run(c) && swept_bump(h, bytes, &p))
        return p;
    h->used_bytes += c->offered_bytes;
    c->offered_bytes = 0;
    return NULL;
}

// Sweeping a block is always announced: it takes 1 to 3 us, against which two stamps are little.
static struct heap_object *take_cell(struct heap *h, size_t bytes) {
    struct block_class *c = &h->classes[bytes / BLOCK_UNIT];
    bool sweeps = c->unswept_first;
    if (sweeps)
        heap_pause_begins(&h->common.listener, HEAP_PAUSE_SWEEP);
    bool taken = blocks_take(&h->blocks, c);
    if (sweeps)
        heap_pause_ends(&h->common.listener, HEAP_PAUSE_SWEEP, 0);
    return taken ? next_cell(h, bytes) : NULL;
}

static struct heap_object *take(struct heap *h, size_t bytes, bool single) {
    return single ? take_single(h, bytes) : take_cell(h, bytes);
}

// The last resort before out of memory. Empty chunks go back only if that was not enough: most
// refusals are of a chunk, and an empty block does as well.
static struct heap_object *collect_and_take(struct heap *h, size_t bytes, bool single) {
    (void)collect(h, HEAP_GENERATIONS - 1);
    collect_sweep_singles(h);
    struct heap_object *o = take(h, bytes, single);
    if (o)
        return o;
    purge(h, 0);
    return take(h, bytes, single);
}

struct heap_object *collect_alloc(struct heap *h, size_t bytes, bool may_collect, uint8_t *flags) {
    bool single = h->all_single || bytes > BLOCK_SMALL_BYTES;
    *flags = single ? MARK_SINGLE : 0;
    struct heap_object *o = single ? NULL : next_cell(h, bytes);
    if (o)
        return o;
    if (may_collect && is_due(h, 0))
        (void)collect(h, swept_choose(h));
    o = take(h, bytes, single);
    return o || !may_collect || !h->enabled ? o : collect_and_take(h, bytes, single);
}

uint64_t swept_unused(const struct heap *h) {
    size_t bytes = blocks_unused_bytes(&h->blocks, h->classes);
    for (size_t i = 0; i < h->singles.unswept; i++) {
        const struct heap_object *o = h->singles.table[i];
        bytes += (o->flags & MARK_EPOCHS) == h->blocks.epoch ? 0 : single_bytes(o);
    }
    return bytes;
}

void swept_external_slow(struct heap *h, size_t bytes) {
    if (h->due.counts_external && is_due(h, bytes))
        (void)collect(h, swept_choose(h));
}

// As for cells, and first of all a collection may drop entries, so that the table need not grow.
int swept_room_slow(struct heap *h) {
    if (!intern_reserve_slow(&h->common.interned))
        return 0;
    if (!h->enabled)
        return ENOMEM;
    (void)collect(h, HEAP_GENERATIONS - 1);
    collect_sweep_singles(h);
    if (!intern_reserve(&h->common.interned))
        return 0;
    purge(h, 0);
    return intern_reserve(&h->common.interned);
}

void collect_give_back(struct heap *h, struct heap_object *o) {
    if (o->flags & MARK_SINGLE) {
        h->used_bytes -= single_bytes(o);
        if (SWEPT_GENERATIONS && o->flags & MARK_EPOCHS)
            h->old.single_bytes -= single_bytes(o);
        singles_give_back(&h->singles, o);
        return;
    }
    size_t bytes = block_of(o)->cell_bytes;
    if (blocks_give_back(&h->blocks, &h->classes[bytes / BLOCK_UNIT], o))
        h->used_bytes -= bytes;
}

// ------------------------------------------------------------------------------------- a heap's life
int swept_open(struct heap *h, const struct heap_config *config, bool all_single, size_t entries) {
    blocks_init(&h->blocks, h->classes, &h->common.memory);
    h->singles.memory = &h->common.memory;
    trigger_open(&h->due, config, (const char *const[HEAP_GENERATIONS]){"interval"});
    h->all_single = all_single;
    h->enabled = true;
    return mark_stack_init(&h->mark_stack, &h->common.memory, entries);
}

void swept_close(struct heap *h) {
    blocks_free(&h->blocks);
    singles_free(&h->singles);
    mark_stack_free(&h->mark_stack);
}

size_t heap_collect(struct heap *h, int generation) {
    int oldest = HEAP_GENERATIONS - 1;
    generation = SWEPT_GENERATIONS ? swept_least(h, generation) : oldest;
    size_t garbage = collect(h, generation);
    if (generation == oldest)
        collect_sweep_singles(h); // so that the memory held is that of live objects
    return garbage;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
}
