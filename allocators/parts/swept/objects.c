// objects.c - making objects off the fast path, and the arrays of lists.

#include "collect.h"

struct heap_object *swept_new_slow(struct heap *h, enum heap_kind kind, size_t slots,
                                   size_t bytes) {
    uint8_t flags;
    struct heap_object *o = collect_alloc(h, plain_node_bytes(slots, bytes), true, &flags);
    if (!o)
        return NULL;
    plain_born(h, slots * sizeof(void *) + bytes);
    plain_init_node(o, kind, slots, bytes)->flags = flags;
    return o;
}

struct heap_object *swept_list_slow(struct heap *h) {
    uint8_t flags;
    struct heap_object *o = collect_alloc(h, sizeof(struct plain_list), true, &flags);
    if (!o)
        return NULL;
    plain_born(h, 0);
    plain_init_list(o)->flags = flags;
    return o;
}

// ------------------------------------------------------------------------------------------ arrays
// An array is a cell or a single like any other, with a header before its items. Its list marks
// it, so it dies with its list and no list needs a finaliser.
static bool is_single(const struct heap *h, size_t slots) {
    return h->all_single || sizeof(struct heap_object) + slots * sizeof(void *) > BLOCK_SMALL_BYTES;
}

static size_t array_bytes(const struct heap *h, size_t slots) {
    return is_single(h, slots) ? single_array_bytes(slots)
                               : sizeof(struct heap_object) + slots * sizeof(void *);
}

static struct heap_object *new_array(struct heap *h, size_t capacity, bool may_collect) {
    uint8_t flags;
    struct heap_object *array = collect_alloc(h, array_bytes(h, capacity), may_collect, &flags);
    if (!array)
        return NULL;
    *array = (struct heap_object){.size = (uint32_t)capacity, .kind = BLOCK_ARRAY, .flags = flags};
    if (SWEPT_GENERATIONS && flags & MARK_SINGLE)
        single_clear(array);
    return array;
}

// Between singles malloc may be able to grow in place.
static struct heap_object *resize_single(struct heap *h, struct heap_object *array,
                                         size_t capacity) {
    size_t old_bytes = single_bytes(array);
    h->used_bytes -= old_bytes;
    struct heap_object *resized = singles_resize_array(&h->singles, array, capacity);
    h->used_bytes += single_bytes(resized ? resized : array);
    if (SWEPT_GENERATIONS && resized && resized->flags & MARK_EPOCHS)
        h->old.single_bytes += single_bytes(resized) - old_bytes;
    return resized;
}

static struct heap_object *replace_array(struct heap *h, struct plain_list *list, size_t capacity,
                                         bool may_collect) {
    struct heap_object *old = list->items ? array_of(list) : NULL;
    if (old && old->flags & MARK_SINGLE && is_single(h, capacity)) {
        struct heap_object *array = resize_single(h, old, capacity);
        if (array || !may_collect)
            return array;
    }
    struct heap_object *array = new_array(h, capacity, may_collect);
    if (array && SWEPT_GENERATIONS && list->object.flags & MARK_EPOCHS)
        mark_array(h, array);
    if (!array || !old)
        return array;
    memcpy(array + 1, list->items, list->object.size * sizeof *list->items);
    swept_replaced(h, list);
    collect_give_back(h, old);
    return array;
}

int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity) {
    size_t old_capacity = list->capacity;
    bool grows = capacity > old_capacity;
    if (!capacity) {
        collect_give_back(h, array_of(list));
        list->items = NULL;
    } else {
        struct heap_object *array = replace_array(h, list, capacity, grows);
        if (!array && grows)
            return ENOMEM;
        if (array)
            list->items = (struct heap_object **)(array + 1);
    }
    list->capacity = capacity;
    if (SWEPT_GENERATIONS && list->object.flags & MARK_EPOCHS)
        h->old.bytes += (capacity - old_capacity) * sizeof *list->items; // wraps, where it shrinks
    if (grows)
        HEAP_COUNT(h->common.counters.bytes_allocated +=
                   (capacity - old_capacity) * sizeof *list->items);
    else
        HEAP_COUNT(h->common.counters.bytes_freed +=
                   (old_capacity - capacity) * sizeof *list->items);
    return 0;
}
