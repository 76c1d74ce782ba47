// verify.c - boehm's heap_verify: what is reachable, against what libgc says of it.

#include "collect.h"

#include "parts/census.h"

static bool is_small_int(const struct heap *h, const struct heap_object *o) {
    return (uintptr_t)o - (uintptr_t)h->common.small_ints <
           SMALL_INTS * sizeof *h->common.small_ints;
}

// A cell of libgc's, as large as it has to be.
static bool is_cell(const void *p, size_t bytes) {
    return GC_base((void *)(uintptr_t)p) == p && GC_size(p) >= bytes;
}

static const char *check_list(const struct plain_list *l) {
    if (l->object.size > l->capacity)
        return "a list's length is within its capacity";
    if (l->capacity && !is_cell(l->items, l->capacity * sizeof *l->items))
        return "a list's array is a cell";
    for (size_t i = l->object.size; i < l->capacity; i++)
        if (l->items[i])
            return "slots after a list's length are empty";
    return NULL;
}

static const char *check_object(const struct heap *h, const struct heap_object *o) {
    if (o->flags >> BOEHM_NUMBER_SHIFT != h->number >> BOEHM_NUMBER_SHIFT)
        return "every register and slot refers to an object of this heap";
    if (o->kind > HEAP_LIST)
        return "an object is an atom, a node or a list";
    if (o->kind == HEAP_LIST)
        return is_cell(o, sizeof(struct plain_list)) ? check_list(plain_list(o))
                                                     : "a list is a cell";
    return is_cell(o, plain_node_bytes(o->slots, o->size)) ? NULL : "an object is a cell";
}

static const char *reach(const struct heap *h, struct census *c, struct heap_object *o) {
    if (!o || is_small_int(h, o) || census_find(c, o))
        return NULL;
    return census_add(c, o) ? check_object(h, o) : "memory to verify the heap";
}

static const char *reach_all(struct heap *h, struct census *c) {
    const char *broken = NULL;
    ROOTS_EACH(&h->common.roots, reg)
    if (!broken)
        broken = reach(h, c, reg->object);
    GUARDS_EACH(&h->common.guards, waiting)
    if (!broken)
        broken = reach(h, c, *waiting);
    for (size_t i = 0; i < c->count && !broken; i++) {
        const struct heap_object *o = c->entries[i].object;
        for (size_t slot = 0, n = plain_length(o); slot < n && !broken; slot++)
            broken = reach(h, c, plain_slots(o)[slot]);
    }
    return broken;
}

static const char *check_interned(const struct heap *h) {
    size_t count = 0;
    for (size_t i = 0; h->common.interned.entries && i <= h->common.interned.mask; i++) {
        const struct heap_object *o = h->common.interned.entries[i].object;
        count += o != NULL;
        if (!o)
            continue;
        if (check_object(h, o) || !plain_is_interned(o))
            return "an entry of the intern table is an interned atom";
        if (h->common.interned.entries[i].hash !=
            intern_hash(plain_payload(o), plain_payload_bytes(o)))
            return "an interned atom still has its hash";
    }
    return count == h->common.interned.count ? NULL : "entries of the intern table are counted";
}

static const char *check_totals(const struct heap *h, const struct census *c) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < c->count; i++)
        bytes += plain_requested_bytes(c->entries[i].object);
    if (HEAP_COUNTING &&
        h->common.counters.objects_allocated - h->common.counters.objects_freed < c->count)
        return "objects that are reachable are held";
    if (HEAP_COUNTING &&
        h->common.counters.bytes_allocated - h->common.counters.bytes_freed < bytes)
        return "bytes that are reachable are held";
    return NULL;
}

const char *heap_verify(struct heap *h) {
    struct census c = {0};
    const char *broken = reach_all(h, &c);
    if (!broken)
        broken = check_interned(h);
    if (!broken)
        broken = check_totals(h, &c);
    census_free(&c);
    return broken;
}
