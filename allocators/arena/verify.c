// verify.c - arena: heap_verify, which walks every item of every chunk and block.

#include "arena.h"

#include "parts/census.h"

// What a walk over one space found.
struct arena_tally {
    struct heap *heap;
    enum arena_name name;
    uint64_t objects, bytes, interned;
    bool tells; // of each object, that it is released
    const char *broken;
};

static size_t arena_item_bytes(const struct heap_object *item) {
    if (item->kind == ARENA_ARRAY)
        return arena_array_bytes(item->size);
    if (item->kind == HEAP_LIST)
        return sizeof(struct plain_list);
    return plain_node_bytes(item->slots, item->size);
}

static const char *arena_check_list(const struct heap_object *o, enum arena_name name) {
    const struct plain_list *list = plain_list(o);
    const struct heap_object *array = arena_array(list);
    if (!(o->flags & ARENA_OF_REGION) != (name == ARENA_LASTING))
        return "a list is marked with the space it lies in";
    if (o->size > list->capacity)
        return "a list is no longer than its capacity";
    if (list->capacity && (!array || array->kind != ARENA_ARRAY || array->size < list->capacity))
        return "a list has an array of its capacity";
    return NULL;
}

static const char *arena_check_object(const struct heap_object *o, enum arena_name name) {
    const char *broken = o->kind == HEAP_LIST ? arena_check_list(o, name) : NULL;
    if (broken)
        return broken;
    if (o->flags & PLAIN_INTERNED &&
        (o->kind == HEAP_LIST || (o->kind == HEAP_ATOM && name == ARENA_REGION)))
        return "what is interned is an atom that outlives regions, what is guarded a node";
    return NULL;
}

// Check the items from start to filled.
static void arena_check_items(struct arena_tally *t, uintptr_t start, uintptr_t filled) {
    while (start < filled && !t->broken) {
        struct heap_object *item = (struct heap_object *)start;
        start += arena_item_bytes(item);
        if (item->kind > ARENA_ARRAY)
            t->broken = "an item is an object or an array";
        if (t->broken || item->kind == ARENA_ARRAY)
            continue;
        t->objects++;
        t->bytes += plain_requested_bytes(item);
        t->interned += plain_is_interned(item);
        t->broken = arena_check_object(item, t->name);
        if (t->tells)
            heap_released(&t->heap->common.listener, item, HEAP_UNKNOWN);
    }
    if (!t->broken && start != filled)
        t->broken = "items fill a chunk up to its bump pointer";
}

static void arena_check_chunks(struct arena_tally *t) {
    struct heap *h = t->heap;
    const struct arena_space *space = &h->spaces[t->name];
    uintptr_t filled = h->using == t->name ? h->next : space->next;
    size_t count = 0;
    for (struct arena_chunk *chunk = space->chunks; chunk && !t->broken; chunk = chunk->older) {
        if (count++)
            filled = chunk->filled;
        if (filled <= (uintptr_t)chunk || filled > (uintptr_t)chunk + h->chunk_bytes)
            t->broken = "a bump pointer stays within its chunk";
        else
            arena_check_items(t, (uintptr_t)(chunk + 1), filled);
    }
    if (!t->broken && count != space->chunk_count)
        t->broken = "the chunks of a space are counted";
}

static void arena_check_blocks(struct arena_tally *t) {
    struct arena_block *newer = NULL;
    for (struct arena_block *b = t->heap->spaces[t->name].blocks; b && !t->broken; b = b->older) {
        if (b->newer != newer)
            t->broken = "blocks are linked both ways";
        else
            arena_check_items(t, (uintptr_t)(b + 1), (uintptr_t)(b + 1) + b->bytes);
        newer = b;
    }
}

static const char *arena_check_space(struct heap *h, enum arena_name name) {
    const struct arena_space *space = &h->spaces[name];
    struct arena_tally t = {.heap = h, .name = name};
    uint64_t objects = space->objects, bytes = space->bytes;
    if (h->using == name) {
        objects += h->common.counters.objects_allocated;
        bytes += h->common.counters.bytes_allocated;
    }
    arena_check_chunks(&t);
    arena_check_blocks(&t);
    if (t.broken)
        return t.broken;
    if (HEAP_COUNTING && t.objects != objects)
        return "the objects of a space are counted";
    if (HEAP_COUNTING &&
        t.bytes > bytes) // not equal: what lists gave up by shrinking is counted too
        return "the requested bytes of a space are counted";
    if (name == ARENA_LASTING && t.interned != h->common.interned.count)
        return "the intern table holds every interned atom";
    if (name == ARENA_REGION && !h->in_region && (space->chunks || space->blocks || objects))
        return "the region space is empty outside regions";
    return NULL;
}

// Note an object that a live reference is to. Returns false when it is not one, as after a broken
// promise (with the address sanitizer, reading it is what stops).
static bool arena_note_live(struct census *live, struct heap_object *o) {
    if (!o)
        return true;
    if (o->kind > HEAP_LIST)
        return false;
    if (!census_find(live, o))
        (void)census_add(live, o); // without memory for it, it is not followed
    return true;
}

// Only references of live objects: dead ones may refer to what went with a region.
static bool arena_live_are_whole(struct heap *h, struct census *live) {
    ROOTS_EACH(&h->common.roots, reg) {
        if (!arena_note_live(live, reg->object))
            return false;
    }
    for (size_t n = 0; n < live->count; n++) {
        const struct heap_object *o = live->entries[n].object;
        for (size_t i = 0; i < plain_length(o); i++)
            if (!arena_note_live(live, plain_slots(o)[i]))
                return false;
    }
    return true;
}

void arena_tell_released(struct heap *h) {
    struct arena_tally t = {.heap = h, .name = ARENA_REGION, .tells = true};
    arena_check_chunks(&t);
    arena_check_blocks(&t);
}

const char *heap_verify(struct heap *h) {
    if (h->using != (h->in_region && !h->long_lived ? ARENA_REGION : ARENA_LASTING))
        return "the space in use follows from the region and from what is long-lived";
    for (int name = 0; name < ARENA_SPACES; name++) {
        const char *broken = arena_check_space(h, (enum arena_name)name);
        if (broken)
            return broken;
    }
    struct census live = {0};
    bool whole = arena_live_are_whole(h, &live);
    census_free(&live);
    return whole ? NULL : "a live reference is to an object";
}
