// verify.c - semispace's heap_verify: every item in the space and every large one, and every
// reference in them.
//
// Between collections dead objects are whole too, since what they refer to lies in the same space.
// So all references are checked, not only those of live objects.

#include "collect.h"

#include "parts/census.h"

struct tally {
    struct heap *heap;
    struct census items;
    uint64_t objects, bytes, interned, guarded;
    size_t space_bytes, large_bytes;
    const char *broken;
};

static void demand(struct tally *t, bool holds, const char *invariant) {
    if (!holds && !t->broken)
        t->broken = invariant;
}

// ------------------------------------------------------------------------------------------- items
static void note_item(struct tally *t, struct heap_object *item, bool large) {
    unsigned own = item->flags & ~(unsigned)PLAIN_INTERNED;
    demand(t, item->kind <= SEMISPACE_ARRAY, "an item is an object or an array");
    demand(t, !(item->flags & SEMISPACE_MOVED), "no item has moved away between collections");
    demand(t, own == (large ? SEMISPACE_LARGE | t->heap->large.epoch : 0u),
           "large items have their flag and the epoch of the ring, others neither");
    demand(t, !(item->flags & PLAIN_INTERNED) || item->kind <= HEAP_NODE,
           "what is interned is an atom, what is guarded a node");
    if (t->broken)
        return;
    demand(t, census_add(&t->items, item), "there is memory to verify the heap");
    if (item->kind == SEMISPACE_ARRAY)
        return;
    t->objects++;
    t->bytes += plain_requested_bytes(item);
    t->interned += plain_is_interned(item);
    t->guarded += plain_is_guarded(item);
}

static void note_chunk(struct tally *t, const struct space_chunk *chunk, uintptr_t filled) {
    uintptr_t p = space_start(chunk);
    demand(t, filled >= p && filled <= (uintptr_t)chunk + SPACE_CHUNK_BYTES,
           "a chunk is filled within its bounds");
    t->space_bytes += filled - p;
    while (p < filled && !t->broken) {
        struct heap_object *item = (struct heap_object *)p;
        note_item(t, item, false);
        p += t->broken ? 0 : semispace_item_bytes(item);
    }
    demand(t, p == filled, "items fill a chunk up to its end");
}

static void note_space(struct tally *t) {
    const struct heap *h = t->heap;
    const struct space *s = &h->space;
    size_t chunks = 0;
    for (struct space_chunk *chunk = s->oldest; chunk && !t->broken; chunk = chunk->next, chunks++)
        note_chunk(t, chunk, chunk == s->newest ? h->next : chunk->filled);
    demand(t, chunks == s->count, "the chunks of the space are counted");
    size_t last = s->newest ? h->next - space_start(s->newest) : 0;
    demand(t, t->space_bytes == s->full_bytes + last, "the bytes of full chunks are counted");
}

static void note_large(struct tally *t) {
    struct large *l = &t->heap->large;
    demand(t, l->aside.next == &l->aside, "no large item is aside between collections");
    for (struct large_block *b = l->ring.next; b != &l->ring && !t->broken; b = b->next) {
        struct heap_object *item = large_item(b);
        demand(t, b->next->previous == b && b->previous->next == b, "the ring is linked both ways");
        note_item(t, item, true);
        t->large_bytes += sizeof *b + semispace_item_bytes(item);
    }
    demand(t, t->large_bytes == l->bytes, "the bytes of large items are counted");
}

// -------------------------------------------------------------------------------------- references
static void check_reference(struct tally *t, const struct heap_object *o) {
    const struct small_int *ints = t->heap->common.small_ints;
    size_t offset = (uintptr_t)o - (uintptr_t)ints;
    if (!o || (offset < SMALL_INTS * sizeof *ints && offset % sizeof *ints == 0))
        return;
    const struct census_entry *e = census_find(&t->items, o);
    demand(t, e && o->kind != SEMISPACE_ARRAY, "a reference is to an object");
}

static void check_array(struct tally *t, const struct plain_list *list) {
    demand(t, list->object.size <= list->capacity, "a list is no longer than its capacity");
    demand(t, !list->items == !list->capacity, "a list has an array if it has a capacity");
    if (t->broken || !list->items)
        return;
    const struct heap_object *array = semispace_array(list);
    demand(t,
           census_find(&t->items, array) && array->kind == SEMISPACE_ARRAY &&
               array->size >= list->capacity,
           "a list's array holds its capacity");
}

static void check_references(struct tally *t) {
    ROOTS_EACH(&t->heap->common.roots, reg) {
        check_reference(t, reg->object);
    }
    GUARDS_EACH(&t->heap->common.guards, waiting)
    check_reference(t, *waiting);
    for (size_t n = 0; n < t->items.count && !t->broken; n++) {
        const struct heap_object *item = t->items.entries[n].object;
        if (item->kind == HEAP_LIST)
            check_array(t, plain_list(item));
        if (t->broken || item->kind == SEMISPACE_ARRAY)
            continue;
        for (size_t i = 0; i < plain_length(item); i++)
            check_reference(t, plain_slots(item)[i]);
    }
}

static void check_interned(struct tally *t) {
    const struct intern_table *table = &t->heap->common.interned;
    size_t count = 0;
    for (size_t i = 0; table->entries && i <= table->mask && !t->broken; i++) {
        const struct heap_object *o = table->entries[i].object;
        if (!o)
            continue;
        count++;
        demand(t, census_find(&t->items, o) && plain_is_interned(o),
               "an entry of the intern table is an interned atom");
        demand(t,
               t->broken ||
                   table->entries[i].hash == intern_hash(plain_payload(o), plain_payload_bytes(o)),
               "an interned atom has its hash");
    }
    demand(t, count == table->count && count == t->interned, "every interned atom has one entry");
}

static void check_guards(struct tally *t) {
    const struct guards *g = &t->heap->common.guards;
    demand(t, g->first <= g->end && g->end + g->guarded <= g->capacity,
           "there is room for every guarded object to wait");
    demand(t, t->guarded == g->guarded, "every guarded object is noted, once");
    for (size_t i = g->capacity - g->guarded; i < g->capacity && !t->broken; i++)
        demand(t, census_find(&t->items, g->entries[i]) && plain_is_guarded(g->entries[i]),
               "what is noted is a guarded object");
}

// ------------------------------------------------------------------------------------------ totals
static void check_free_chunks(struct tally *t) {
    const struct space *s = &t->heap->space;
    size_t warm = 0, cold = 0;
    for (const struct space_chunk *c = s->warm; c && warm <= s->warm_count; c = c->next)
        warm++;
    for (const struct space_chunk *c = s->cold; c && cold <= s->cold_count; c = c->next)
        cold++;
    demand(t, warm == s->warm_count && cold == s->cold_count, "free chunks are counted");
    demand(t, s->count + warm + cold >= 2 * space_need(t->space_bytes),
           "the free chunks suffice to copy every item");
    size_t end = s->newest ? t->heap->end - space_start(s->newest) : 0;
    demand(t, end <= SPACE_ROOM_BYTES && s->full_bytes + end <= space_capacity(s),
           "the free chunks suffice for what may still be laid without asking");
}

static void check_totals(struct tally *t) {
    const struct heap *h = t->heap;
    const struct heap_counters *c = &h->common.counters;
    demand(t, !HEAP_COUNTING || c->objects_allocated - c->objects_freed == t->objects,
           "objects allocated less objects freed are those in the heap");
    demand(t, !HEAP_COUNTING || c->bytes_allocated - c->bytes_freed == t->bytes,
           "bytes allocated less bytes freed are those in the heap");
    size_t table = h->common.interned.entries
                       ? (h->common.interned.mask + 1) * sizeof *h->common.interned.entries
                       : 0;
    size_t chunks = (h->space.count + h->space.warm_count) * SPACE_CHUNK_BYTES;
    demand(t,
           h->common.memory.held_bytes == chunks + t->large_bytes + table +
                                              guards_bytes(&h->common.guards) +
                                              SMALL_INTS * sizeof *h->common.small_ints,
           "the memory held is accounted for");
    demand(t, h->common.memory.reserved_bytes == h->space.cold_count * SPACE_CHUNK_BYTES,
           "the memory reserved is the cold chunks");
}

const char *heap_verify(struct heap *h) {
    struct tally t = {.heap = h};
    note_space(&t);
    note_large(&t);
    if (!t.broken) {
        check_references(&t);
        check_interned(&t);
        check_guards(&t);
        check_free_chunks(&t);
        check_totals(&t);
    }
    census_free(&t.items);
    return t.broken;
}
