// slow.c - boehm: the heap's life, cells off the fast path, and the arrays of lists. See fast.h.

#include "collect.h"

#include <stdlib.h>

enum { TUNABLE_INCREMENTAL, TUNABLE_DIVISOR };

static const struct setting tunables[] = {
    {.name = "incremental",
     .doc = "mark a little at each refill, and collect by age; once on, it stays on in a process",
     .unit = "",
     .choices = (const char *const[]){"off", "on", NULL},
     .sweep = "off,on"},
    {.name = "free_space_divisor",
     .doc = "collect when about live / divisor has been allocated, or grow by that",
     .unit = "",
     .fallback = 3,
     .min = 1,
     .max = 100,
     .whole = 1,
     .sweep = "1,2,3,4,8"},
    HEAP_TUNABLE_COLLECT_EVERY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "the Boehm collector: marks conservatively from precise roots, sweeps lazily",
    .traits = HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES | HEAP_VARIES,
    .tunables = tunables,
    .tunable_count = sizeof tunables / sizeof *tunables,
};

// Under a limit, this much of it is left to descriptors (a fifteenth of the cells) and to growth
// of the mark stack, which libgc gets from the system without asking. The intern table, which is
// small, may have most of it.
static size_t limit_reserve(const struct heap *h) {
    return h->limit_bytes / 10 + (192 << 10);
}

// ------------------------------------------------------------------------------------------ memory

static size_t left_of(size_t limit, size_t used) {
    return used < limit ? limit - used : 0;
}

// Bring the counters up to date, and share what the limit leaves: either libgc may have it, or the
// rest. What libgc has unmapped it maps again without asking, so that does not count as left.
static void settle_memory(struct heap *h) {
    struct collect_memory gc;
    collect_measure(&gc);
    struct heap_counters *c = &h->counters;
    c->memory_bytes = gc.mapped_bytes + h->memory.held_bytes;
    if (c->memory_bytes > c->memory_peak_bytes)
        c->memory_peak_bytes = c->memory_bytes;
    if (!h->limit_bytes)
        return;
    size_t used = gc.obtained_bytes + h->memory.held_bytes, reserve = limit_reserve(h);
    GC_set_max_heap_size(gc.cell_bytes + left_of(h->limit_bytes, used + reserve));
    h->memory.limit_bytes = h->memory.held_bytes + left_of(h->limit_bytes, used + reserve / 8);
}

// --------------------------------------------------------------------------------------- lifecycle
static double tunable(const struct heap_config *config, int i) {
    return config->tunables ? config->tunables[i] : tunables[i].fallback;
}

static int init(struct heap *h, const struct heap_config *config) {
    if (collect_open(h))
        return ENOMEM;
    GC_set_free_space_divisor((GC_word)tunable(config, TUNABLE_DIVISOR));
    if (tunable(config, TUNABLE_INCREMENTAL) != 0)
        collect_incrementally();
    GC_set_max_heap_size(0);
    h->small_ints = plain_new_ints(&h->memory);
    if (!h->small_ints || roots_init(&h->roots))
        return ENOMEM;
    settle_memory(h); // libgc may hold much from an earlier heap
    return h->limit_bytes && h->counters.memory_bytes > h->limit_bytes ? ENOMEM : 0;
}

struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    memory_init(&h->memory, config->limit_bytes, config->refuse_request);
    intern_init(&h->interned, &h->memory);
    h->limit_bytes = config->limit_bytes;
    h->listener = config->listener;
    h->enabled = true;
    if (init(h, config)) {
        heap_free(h);
        return NULL;
    }
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    heap_enable(h, true);
    collect_close(h); // before the registers go, from which it may be marking
    roots_free(&h->roots);
    intern_free(&h->interned);
    plain_free_ints(&h->memory, h->small_ints);
    memory_close(&h->memory);
    free(h);
}

void heap_read_counters(struct heap *h, struct heap_counters *out) {
    settle_memory(h);
    collect_count(h);
    *out = h->counters;
}

size_t heap_collect(struct heap *h, int generation) {
    (void)generation;
    collect_count(h);
    uint64_t freed = h->counters.objects_freed;
    collect_full();
    collect_count(h);
    return h->counters.objects_freed - freed;
}

void heap_enable(struct heap *h, bool on) {
    if (h->enabled == on)
        return;
    h->enabled = on;
    if (on)
        GC_enable();
    else
        GC_disable();
}

#include "parts/no_freezing.h"

// -------------------------------------------------------------------------------------- allocating
static void *take_large(size_t slots, size_t bytes) {
    int kind = collect_large_kind(slots);
    void **cell = GC_generic_malloc(bytes, kind);
    if (cell && kind != BOEHM_BLIND && kind != BOEHM_TRACED)
        memset(cell, 0, (1 + slots) * sizeof *cell);
    return cell;
}

static void *take(struct heap *h, size_t slots, size_t bytes) {
    size_t granules = (bytes + GC_GRANULE_BYTES - 1) / GC_GRANULE_BYTES;
    if (granules >= GC_TINY_FREELISTS)
        return take_large(slots, bytes);
    enum boehm_kind kind = slots ? BOEHM_TRACED : BOEHM_BLIND;
    void *cell;
    GC_generic_malloc_many(granules * GC_GRANULE_BYTES, (int)kind, &cell);
    if (cell)
        h->cells[kind][granules] = *(void **)cell;
    return cell;
}

// When the heap may not grow, libgc gives up without a collection if too little was allocated since
// the last one, and memory that one frees may become usable by the next one only. So the last
// resort is here, and a refusal is final as long as nothing is dropped.
enum { LAST_COLLECTIONS = 2 };

void *boehm_alloc_slow(struct heap *h, size_t slots, size_t bytes) {
    if (++h->memory.requests == h->memory.refuse_request)
        return NULL;
    if (h->limit_bytes)
        settle_memory(h); // the rest may have grown
    void *cell = take(h, slots, bytes);
    for (int i = 0; i < LAST_COLLECTIONS && !cell && h->enabled; i++) {
        collect_full();
        cell = take(h, slots, bytes);
    }
    settle_memory(h);
    return cell;
}

int heap_room_slow(struct heap *h) {
    settle_memory(h);
    int error = intern_reserve_slow(&h->interned);
    for (int i = 0; i < LAST_COLLECTIONS && error && h->enabled; i++) {
        collect_full();
        settle_memory(h);
        error = intern_reserve(&h->interned);
    }
    return error;
}

int heap_intern_slow(struct heap *h, struct heap_reg *dst, uint64_t hash, const void *key,
                     size_t bytes) {
    int error = heap_new_atom(h, dst, bytes);
    if (error)
        return error;
    h->counters.intern_misses++;
    memcpy(heap_payload(h, dst), key, bytes);
    dst->object->flags |= PLAIN_INTERNED;
    // A collection may have moved entries since the caller looked, but it only ever makes room.
    struct intern_entry *e =
        intern_find(&h->interned, hash, key, bytes, plain_payload, plain_payload_bytes);
    intern_insert(&h->interned, e, hash, dst->object);
    return 0;
}

// ------------------------------------------------------------------------------------------ arrays

// An array is a cell whose slots start at its first word. It dies with its list, from which alone
// it can be reached, unless the list has grown out of it.
static struct heap_object **new_array(struct heap *h, size_t capacity) {
    struct heap_object **items = boehm_alloc(h, capacity, capacity * sizeof *items);
    if (items)
        items[0] = NULL;
    return items;
}

// To shrink is not a safepoint: the popped element may be in no register.
static struct heap_object **new_smaller_array(struct heap *h, size_t capacity) {
    bool enabled = h->enabled;
    heap_enable(h, false);
    struct heap_object **items = new_array(h, capacity);
    heap_enable(h, enabled);
    return items;
}

int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity) {
    struct heap_object **items = NULL;
    size_t old_capacity = list->capacity;
    bool grows = capacity > old_capacity;
    if (capacity)
        items = grows ? new_array(h, capacity) : new_smaller_array(h, capacity);
    if (grows && !items)
        return ENOMEM;
    if (items && list->items)
        memcpy(items, list->items, list->object.size * sizeof *items);
    if (items || !capacity) { // else the old array stays, as large as it is
        GC_FREE(list->items);
        list->items = items;
    }
    list->capacity = capacity;
    collect_list_resized(h, list, old_capacity);
    return 0;
}
