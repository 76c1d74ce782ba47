// list.c - the arrays of lists become longer or shorter.

#include "heap.h"

FAST bool resize_items(struct heap *h, void **items, size_t old_bytes, size_t bytes) {
    if (pool_resize(&h->common.pool, POOL_ARRAYS, items, old_bytes, bytes))
        return true;
    return bytes > old_bytes && counted_relieve(h) &&
           pool_resize(&h->common.pool, POOL_ARRAYS, items, old_bytes, bytes);
}

int heap_resize_slow(struct heap *h, struct counted_list *list, size_t capacity) {
    void *items = list->items;
    size_t old_bytes = list->capacity * sizeof(void *), bytes = capacity * sizeof(void *);
    if (capacity > UINT32_MAX || !resize_items(h, &items, old_bytes, bytes))
        return capacity > list->capacity ? ENOMEM : 0;
    list->items = items;
    list->capacity = (uint32_t)capacity;
    counted_charge(h, bytes > old_bytes ? bytes - old_bytes : 0);
    if (bytes > old_bytes)
        HEAP_COUNT(h->common.counters.bytes_allocated += bytes - old_bytes);
    else
        HEAP_COUNT(h->common.counters.bytes_freed += old_bytes - bytes);
    return 0;
}
