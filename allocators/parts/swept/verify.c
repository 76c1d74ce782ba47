// verify.c - heap_verify where the dead are swept: what the blocks hold against what registers reach.

#include "heap.h"

#include <stdlib.h>

// All allocated objects: open addressing, taken from malloc directly, so that looking changes no
// counter.
struct census {
    struct census_entry {
        const struct heap_object *object;
        bool reached;
    } * entries;
    size_t mask, objects, interned, guarded, bytes;
    const struct heap_object **stack;
    size_t depth;
};

static struct census_entry *census_find(const struct census *c, const struct heap_object *o) {
    size_t i = (size_t)intern_mix((uintptr_t)o, 0x9E3779B97F4A7C15u) & c->mask;
    while (c->entries[i].object && c->entries[i].object != o)
        i = (i + 1) & c->mask;
    return &c->entries[i];
}

static const char *census_add(struct census *c, const struct heap_object *o) {
    if (o->flags & MARK_GREY)
        return "no object is grey between collections";
    if (o->kind > HEAP_LIST && o->kind != BLOCK_ARRAY)
        return "a cell holds an object, an array, or a run of free cells";
    *census_find(c, o) = (struct census_entry){.object = o};
    c->objects += o->kind != BLOCK_ARRAY;
    c->interned += plain_is_interned(o);
    c->guarded += plain_is_guarded(o);
    c->bytes += o->kind == BLOCK_ARRAY ? 0 : plain_requested_bytes(o);
    return NULL;
}

// ------------------------------------------------------------------------------------------ blocks
static const char *check_block(struct heap *h, struct census *c, const struct block *b) {
    char *p = block_start(b), *end = block_end(b);
    size_t marked = 0;
    while (p < end) {
        const struct heap_object *o = (const struct heap_object *)(void *)p;
        bool is_marked = (o->flags & MARK_EPOCHS) == h->blocks.epoch && h->blocks.epoch;
        p += block_cell_bytes(b, o);
        marked += is_marked;
        if (o->kind == BLOCK_FREE && (o->flags || !o->slots || p > end))
            return "a run of free cells has no flags and ends within its block";
        if (o->kind == BLOCK_FREE || (b->state == BLOCK_UNSWEPT && !is_marked))
            continue;
        if (o->flags & MARK_EPOCHS && !is_marked)
            return "what a collection left and sweeping kept has its mark";
        const char *broken = census_add(c, o);
        if (broken)
            return broken;
    }
    if (b->grey)
        return "no block is grey between collections";
    if (b->state != BLOCK_TAKEN && marked != b->live)
        return "a block that is not allocated from counts its live cells";
    return NULL;
}

static size_t block_capacity(const struct heap *h) {
    return h->blocks.chunk_count * (CHUNK_BYTES / BLOCK_UNIT);
}

static const char *check_blocks(struct heap *h, struct census *c) {
    size_t empty = 0, unswept = 0, taken = 0, chunks = 0, settled_bytes = 0;
    for (const struct chunk *chunk = h->blocks.oldest; chunk; chunk = chunk->younger)
        chunks++;
    if (chunks != h->blocks.chunk_count)
        return "chunks are counted";
    BLOCKS_EACH(&h->blocks, b) {
        empty += b->state == BLOCK_EMPTY;
        unswept += b->state == BLOCK_UNSWEPT;
        taken += b->state == BLOCK_TAKEN;
        settled_bytes += b->state == BLOCK_TAKEN ? 0 : (size_t)b->live * b->cell_bytes;
        const char *broken = b->state == BLOCK_EMPTY ? NULL : check_block(h, c, b);
        if (broken)
            return broken;
    }
    for (const struct block *b = h->blocks.empty_first; b; b = b->next)
        empty -= b->state == BLOCK_EMPTY;
    for (const struct block *b = h->blocks.taken_first; b; b = b->next)
        taken -= b->state == BLOCK_TAKEN;
    if (SWEPT_GENERATIONS && settled_bytes != h->blocks.settled_bytes)
        return "the live bytes of blocks that are not allocated from are counted";
    for (size_t i = 0; i < BLOCK_CLASSES; i++)
        for (const struct block *b = h->classes[i].unswept_first; b; b = b->next)
            unswept -= b->state == BLOCK_UNSWEPT && b->cell_bytes == i * BLOCK_UNIT;
    return empty || unswept || taken ? "every block is on the list of its state, once" : NULL;
}

// What is offered for allocation next must not be in the census; the run at hand has been shown as
// free.
static const char *check_runs(struct heap *h, const struct census *c) {
    for (struct block_class *k = h->classes; k < h->classes + BLOCK_CLASSES; k++) {
        if (k->run && k->run->kind != BLOCK_FREE)
            return "the next run is free";
        if (k->next != k->end && census_find(c, (struct heap_object *)(void *)k->next)->object)
            return "the run at hand is free";
        size_t spares = 0;
        for (const struct heap_object *o = k->spare; o;
             o = *(struct heap_object **)(uintptr_t)(o + 1))
            if (o->kind != BLOCK_FREE || spares++ > block_capacity(h))
                return "a spare cell is free, and on its list once";
    }
    return NULL;
}

// ----------------------------------------------------------------------------------------- singles
static const char *check_singles(struct heap *h, struct census *c, size_t *bytes) {
    for (size_t i = 0; i < h->singles.count; i++) {
        const struct heap_object *o = h->singles.table[i];
        bool is_marked = (o->flags & MARK_EPOCHS) == h->blocks.epoch;
        if (single_of(o)->index != i || !(o->flags & MARK_SINGLE) || single_of(o)->next_grey)
            return "a single is flagged and knows its place in the table";
        *bytes += single_bytes(o);
        if (i < h->singles.unswept && !is_marked)
            continue;
        const char *broken = census_add(c, o);
        if (broken)
            return broken;
    }
    return NULL;
}

// --------------------------------------------------------------------------------------- reachable
static bool is_small_int(const struct heap *h, const struct heap_object *o) {
    return (uintptr_t)o - (uintptr_t)h->common.small_ints <
           SMALL_INTS * sizeof *h->common.small_ints;
}

static const char *reach(struct heap *h, struct census *c, const struct heap_object *o) {
    if (!o || is_small_int(h, o))
        return NULL;
    struct census_entry *e = census_find(c, o);
    if (!e->object)
        return "every register and slot refers to an allocated object";
    if (!e->reached) {
        e->reached = true;
        c->stack[c->depth++] = o;
    }
    return NULL;
}

static const char *reach_from(struct heap *h, struct census *c, const struct heap_object *o) {
    if (o->kind == HEAP_LIST && plain_list(o)->items) {
        const struct heap_object *array = array_of(plain_list(o));
        if (!census_find(c, array)->object || array->kind != BLOCK_ARRAY)
            return "a list's array is allocated";
        if (plain_length(o) > plain_list(o)->capacity)
            return "a list's length is within its capacity";
    }
    for (size_t i = 0, n = plain_length(o); i < n; i++) {
        const char *broken = swept_check(h, o, i);
        broken = broken ? broken : reach(h, c, plain_slots(o)[i]);
        if (broken)
            return broken;
    }
    return NULL;
}

static const char *reach_root(struct heap *h, struct census *c, const struct heap_object *o) {
    const char *broken = reach(h, c, o);
    while (c->depth && !broken)
        broken = reach_from(h, c, c->stack[--c->depth]);
    return broken;
}

static const char *check_reachable(struct heap *h, struct census *c) {
    const char *broken = NULL;
    ROOTS_EACH(&h->common.roots, reg)
    broken = broken ? broken : reach_root(h, c, reg->object);
    GUARDS_EACH(&h->common.guards, waiting)
    broken = broken ? broken : reach_root(h, c, *waiting);
    return broken;
}

// ------------------------------------------------------------------------------------------ guards
static const char *check_guards(struct heap *h, struct census *c) {
    const struct guards *g = &h->common.guards;
    if (g->first > g->end || g->end + g->guarded > g->capacity)
        return "there is room for every guarded object to wait";
    if (c->guarded != g->guarded)
        return "every guarded object is noted, once";
    for (size_t i = g->capacity - g->guarded; i < g->capacity; i++)
        if (!census_find(c, g->entries[i])->object || !plain_is_guarded(g->entries[i]))
            return "what is noted is a guarded object";
    return NULL;
}

// -------------------------------------------------------------------------------------- the totals
static const char *check_interned(struct heap *h, const struct census *c) {
    size_t count = 0;
    for (size_t i = 0; h->common.interned.entries && i <= h->common.interned.mask; i++) {
        const struct heap_object *o = h->common.interned.entries[i].object;
        if (!o)
            continue;
        count++;
        if (!census_find(c, o)->object || !plain_is_interned(o))
            return "an entry of the intern table is an allocated interned atom";
        if (h->common.interned.entries[i].hash !=
            intern_hash(plain_payload(o), plain_payload_bytes(o)))
            return "an interned atom still has its hash";
    }
    if (count != h->common.interned.count || count != c->interned)
        return "every interned atom has one entry";
    return NULL;
}

static const char *check_totals(struct heap *h, const struct census *c, size_t single_bytes) {
    const struct heap_counters *n = &h->common.counters;
    if (HEAP_COUNTING && n->objects_allocated - n->objects_freed != c->objects)
        return "objects allocated less objects freed are those in the heap";
    if (HEAP_COUNTING && n->bytes_allocated - n->bytes_freed != c->bytes)
        return "bytes allocated less bytes freed are those in the heap";
    size_t table = h->common.interned.entries
                       ? (h->common.interned.mask + 1) * sizeof *h->common.interned.entries
                       : 0;
    size_t held = h->blocks.chunk_count * CHUNK_BYTES + single_bytes + table +
                  guards_bytes(&h->common.guards) + h->singles.capacity * sizeof *h->singles.table +
                  h->mark_stack.capacity * sizeof *h->mark_stack.entries +
                  SMALL_INTS * sizeof *h->common.small_ints;
    return held == h->common.memory.held_bytes ? NULL : "the memory held is accounted for";
}

static const char *verify(struct heap *h, struct census *c) {
    size_t single_bytes = 0;
    const char *broken = check_blocks(h, c);
    if (!broken)
        broken = check_runs(h, c);
    if (!broken)
        broken = check_singles(h, c, &single_bytes);
    if (!broken)
        broken = check_reachable(h, c);
    if (!broken)
        broken = check_interned(h, c);
    if (!broken)
        broken = check_guards(h, c);
    return broken ? broken : check_totals(h, c, single_bytes);
}

// Cells that a census may have to hold: not those of empty blocks, or each call would cost by the
// chunk.
static size_t count_cells(const struct heap *h) {
    size_t cells = h->singles.count;
    BLOCKS_EACH(&h->blocks, b)
    cells += b->state == BLOCK_EMPTY ? 0 : b->cells;
    return cells;
}

const char *heap_verify(struct heap *h) {
    blocks_show(h->classes);
    struct census c = {.mask = 15};
    size_t cells = count_cells(h);
    while (c.mask < cells * 2)
        c.mask = c.mask * 2 + 1;
    c.entries = calloc(c.mask + 1, sizeof *c.entries);
    c.stack = malloc((cells + 1) * sizeof *c.stack);
    const char *broken = c.entries && c.stack ? verify(h, &c) : "memory to verify the heap";
    free(c.entries);
    free(c.stack);
    return broken;
}
