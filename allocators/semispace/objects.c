// objects.c - semispace: memory for items off the fast path, and the arrays of lists.

#include "collect.h"

// ------------------------------------------------------------------------------------------ memory
// At the end of the space, in another chunk if need be. NULL: there is no memory to copy the item
// into.
static void *take_moving(struct heap *h, size_t bytes) {
    struct space *s = &h->space;
    size_t filled = s->newest ? h->next - space_start(s->newest) : 0;
    if (space_reserve(s, s->full_bytes + filled + bytes))
        return NULL;
    if (!s->newest || bytes > SPACE_ROOM_BYTES - filled)
        h->next = space_add(s, h->next);
    void *p = (void *)h->next;
    h->next += bytes;
    poison_fresh(p, bytes);
    return p;
}

static void *take(struct heap *h, size_t bytes) {
    return bytes > SPACE_LARGEST_BYTES ? large_new(&h->large, bytes) : take_moving(h, bytes);
}

static uint8_t flags_for(const struct heap *h, size_t bytes) {
    return bytes > SPACE_LARGEST_BYTES ? large_flags(&h->large) : 0;
}

// What to do before an attempt at getting memory. Returns false when no more is worth making.
//   also  see collect
static bool prepare(struct heap *h, unsigned attempt, size_t bytes, struct heap_object **also) {
    if (attempt == 0) {
        // A large item may pass the threshold, or one of its size would collect each time.
        if (collect_is_due(h, bytes > SPACE_LARGEST_BYTES ? 0 : bytes))
            (void)collect(h, also);
        return true;
    }
    if (!h->enabled || attempt > 2)
        return false;
    if (attempt == 1)
        (void)collect(h, also);
    else
        collect_trim_all(h);
    return true;
}

static void *take_or_collect(struct heap *h, size_t bytes) {
    void *p = NULL;
    for (unsigned attempt = 0; !p && prepare(h, attempt, bytes, NULL); attempt++)
        p = take(h, bytes);
    collect_set_end(h);
    return p;
}

// ----------------------------------------------------------------------------------------- objects
struct heap_object *semispace_new_slow(struct heap *h, enum heap_kind kind, size_t slots,
                                       size_t bytes) {
    size_t item_bytes = plain_node_bytes(slots, bytes);
    void *p = take_or_collect(h, item_bytes);
    if (!p)
        return NULL;
    plain_born(h, slots * sizeof(void *) + bytes);
    plain_init_node(p, kind, slots, bytes)->flags = flags_for(h, item_bytes);
    return p;
}

struct heap_object *semispace_list_slow(struct heap *h) {
    void *p = take_or_collect(h, sizeof(struct plain_list));
    if (!p)
        return NULL;
    plain_born(h, 0);
    return plain_init_list(p);
}

int semispace_room_slow(struct heap *h) {
    int error = intern_reserve_slow(&h->common.interned);
    for (unsigned attempt = 1; error && prepare(h, attempt, 0, NULL); attempt++)
        error = intern_reserve(&h->common.interned);
    return error;
}

// ------------------------------------------------------------------------------------------ arrays
// The array when it is the last item of the space and there is room behind it; else NULL.
static struct heap_object *extend(struct heap *h, struct heap_object *array, size_t bytes) {
    uintptr_t start = (uintptr_t)array;
    size_t old_bytes = semispace_array_bytes(array->size);
    if (start + old_bytes != h->next || bytes > SPACE_LARGEST_BYTES || start + bytes > h->end)
        return NULL;
    h->next = start + bytes;
    unpoison((char *)array + old_bytes, bytes - old_bytes);
    return array;
}

// The array of the list when it has so many slots, or a new one with its contents. NULL: no memory.
static struct heap_object *find_array(struct heap *h, const struct plain_list *list,
                                      size_t capacity) {
    struct heap_object *old = list->items ? semispace_array(list) : NULL;
    if (old && old->size >= capacity)
        return old;
    if (old && old->flags & SEMISPACE_LARGE)
        return large_resize_array(&h->large, old, capacity);
    size_t bytes = semispace_array_bytes(capacity);
    struct heap_object *array = old ? extend(h, old, bytes) : NULL;
    if (!array) {
        array = take(h, bytes);
        if (array && old)
            memcpy(array + 1, list->items, list->object.size * sizeof *list->items);
    }
    if (array)
        *array = (struct heap_object){
            .size = (uint32_t)capacity, .kind = SEMISPACE_ARRAY, .flags = flags_for(h, bytes)};
    return array;
}

// Returns the list, which a collection may have moved; NULL when there is no memory.
static struct plain_list *grow_list(struct heap *h, struct plain_list *list, size_t capacity) {
    struct heap_object *o = &list->object, *array = NULL;
    size_t bytes = semispace_array_bytes(capacity);
    for (unsigned attempt = 0; !array && prepare(h, attempt, bytes, &o); attempt++)
        array = find_array(h, plain_list(o), capacity);
    if (!array)
        return NULL;
    plain_list(o)->items = (struct heap_object **)(array + 1);
    return plain_list(o);
}

// An array in the space keeps its size until the list is copied.
static void shrink_list(struct heap *h, struct plain_list *list, size_t capacity) {
    struct heap_object *array = semispace_array(list);
    if (!capacity)
        list->items = NULL;
    if (!(array->flags & SEMISPACE_LARGE))
        return;
    if (!capacity)
        large_free(&h->large, array);
    else if ((array = large_resize_array(&h->large, array, capacity)))
        list->items = (struct heap_object **)(array + 1);
}

int heap_resize_slow(struct heap *h, struct plain_list *list, size_t capacity) {
    if (capacity > list->capacity) {
        list = grow_list(h, list, capacity);
        if (!list)
            return ENOMEM;
        HEAP_COUNT(h->common.counters.bytes_allocated +=
                   (capacity - list->capacity) * sizeof *list->items);
    } else {
        shrink_list(h, list, capacity);
        HEAP_COUNT(h->common.counters.bytes_freed +=
                   (list->capacity - capacity) * sizeof *list->items);
    }
    list->capacity = capacity;
    collect_set_end(h);
    return 0;
}
