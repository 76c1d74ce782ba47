// cells.c - boehm: cells off the fast path, and the arrays of lists.

#include "collect.h"

// -------------------------------------------------------------------------------------- allocating
static void *take_large(size_t slots, size_t bytes) {
    int kind = collect_large_kind(slots);
    void **cell = GC_generic_malloc(bytes, kind);
    if (cell && kind != BOEHM_BLIND && kind != BOEHM_TRACED)
        memset(cell, 0, sizeof(struct heap_object) + slots * sizeof *cell);
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
    if (++h->common.memory.requests == h->common.memory.refuse_request)
        return NULL;
    if (h->limit_bytes)
        boehm_settle_memory(h); // the rest may have grown
    void *cell = take(h, slots, bytes);
    for (int i = 0; i < LAST_COLLECTIONS && !cell && h->enabled; i++) {
        collect_full();
        cell = take(h, slots, bytes);
    }
    boehm_settle_memory(h);
    return cell;
}

int boehm_room_slow(struct heap *h) {
    boehm_settle_memory(h);
    int error = intern_reserve_slow(&h->common.interned);
    for (int i = 0; i < LAST_COLLECTIONS && error && h->enabled; i++) {
        collect_full();
        boehm_settle_memory(h);
        error = intern_reserve(&h->common.interned);
    }
    return error;
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
