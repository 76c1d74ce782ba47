// collect.c - copying what is live, and when that is due.
//
// Cheney's algorithm: copied items lie one after the other in the new space, and those from the
// scan pointer on are the queue of items with references that still point into the old one. A
// copied item leaves its new address in its old header (SEMISPACE_MOVED).
//
// Slots on their way from being scanned to being brought up to date pass a short queue, and what
// they refer to is prefetched as they enter it; as in marksweep, after Cher, Hosking, Vijaykumar,
// "Software prefetching for mark-sweep garbage collection", ASPLOS 2004. Medians of 3, ns per
// object, 1e6 nodes of 24 bytes; the shuffled ones into memory used for the first time:
//   entries                       1      4      8      16     32     64
//   tree, in order of copying     4.5    4.8    4.8    4.7    4.8    4.9
//   tree, shuffled                51     39     31     28     29     33
//   chain, in order of copying    7.3    6.9    7.1    7.1    6.8    6.8

#include "collect.h"

enum {
    COLLECT_QUEUE = 16,         // slots; a power of two
    COLLECT_INLINE_BYTES = 128, // larger items are copied by memcpy
};

// What is being copied. The new space is h->space, whose newest chunk is filled up to next.
struct copier {
    struct heap *heap;
    uintptr_t next, end;
    struct space_chunk *newest, *chunk; // where next and scan are
    uintptr_t scan;
    uint64_t objects, bytes, edges; // copied or reached; requested bytes; references followed
};

// ----------------------------------------------------------------------------------------- headers
// A header as a number has the flags in its highest byte, and an address fits below.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the flags are the highest byte");
_Static_assert(sizeof(struct heap_object) == 8 && offsetof(struct heap_object, flags) == 7,
               "the flags are the highest byte");

static const uint64_t MOVED = (uint64_t)SEMISPACE_MOVED << 56;

FAST uint64_t header(const struct heap_object *o) {
    uint64_t word;
    memcpy(&word, o, sizeof word);
    return word;
}

FAST void leave_address(struct heap_object *o, const struct heap_object *to) {
    uint64_t word = (uintptr_t)to | MOVED;
    memcpy(o, &word, sizeof word);
}

FAST struct heap_object *left_address(uint64_t word) {
    return (struct heap_object *)(uintptr_t)(word & ~MOVED);
}

// ----------------------------------------------------------------------------------------- copying
FAST void *new_item(struct copier *c, size_t bytes) {
    if (__builtin_expect(bytes > c->end - c->next, 0)) {
        c->next = space_add(&c->heap->space, c->next);
        c->end = c->next + SPACE_ROOM_BYTES;
        c->newest = c->heap->space.newest;
    }
    void *to = (void *)c->next;
    c->next += bytes;
    unpoison(to, bytes);
    return to;
}

FAST void copy_words(void *to, const void *from, size_t bytes) {
    if (__builtin_expect(bytes > COLLECT_INLINE_BYTES, 0)) {
        memcpy(to, from, bytes);
        return;
    }
    for (size_t i = 0; i < bytes; i += 8)
        memcpy((char *)to + i, (const char *)from + i, 8);
}

// Its array follows a list, so that the two stay together. It shrinks to what the list asked for.
FAST void copy_array(struct copier *c, struct plain_list *list) {
    struct heap_object *array = semispace_array(list);
    if (array->flags & SEMISPACE_LARGE) {
        (void)large_reach(&c->heap->large, array);
        return;
    }
    struct heap_object *to = new_item(c, semispace_array_bytes(list->capacity));
    *to = (struct heap_object){.size = (uint32_t)list->capacity, .kind = SEMISPACE_ARRAY};
    memcpy(to + 1, array + 1, list->object.size * sizeof *list->items);
    list->items = (struct heap_object **)(to + 1);
}

FAST struct heap_object *copy(struct copier *c, struct heap_object *o) {
    size_t bytes = semispace_item_bytes(o);
    struct heap_object *to = new_item(c, bytes);
    copy_words(to, o, bytes);
    leave_address(o, to);
    c->objects++;
    c->bytes += to->slots * sizeof(void *) + to->size;
    if (__builtin_expect(to->kind == HEAP_LIST, 0)) {
        c->bytes += plain_list(to)->capacity * sizeof(void *) - to->size;
        if (plain_list(to)->items)
            copy_array(c, plain_list(to));
    }
    return to;
}

FAST void reach_in_place(struct copier *c, struct heap_object *o) {
    if (o->flags & PLAIN_IMMORTAL || !large_reach(&c->heap->large, o))
        return;
    c->objects++;
    c->bytes += plain_requested_bytes(o);
}

FAST void update(struct copier *c, struct heap_object **slot) {
    struct heap_object *o = *slot;
    uint64_t word = header(o);
    if (word & MOVED)
        *slot = left_address(word);
    else if (__builtin_expect(o->flags & (PLAIN_IMMORTAL | SEMISPACE_LARGE), 0))
        reach_in_place(c, o);
    else
        *slot = copy(c, o);
}

// ---------------------------------------------------------------------------------------- scanning
// The references of the next item that was copied and not yet scanned. Returns false when there is
// none.
FAST bool next_scanned(struct copier *c, struct heap_object ***slots, size_t *n) {
    if (c->chunk != c->newest && c->scan == c->chunk->filled) {
        c->chunk = c->chunk->next;
        c->scan = space_start(c->chunk);
    }
    if (c->scan == c->next)
        return false;
    struct heap_object *item = (struct heap_object *)c->scan;
    c->scan += semispace_item_bytes(item);
    *slots = plain_node_slots(item);
    *n = item->slots;
    if (item->kind == HEAP_LIST) {
        *slots = plain_list(item)->items;
        *n = item->size;
    }
    return true;
}

// Bring these up to date, and all that is copied for them. The copier is copied, since the compiler
// must take what is stored into an item for a possible part of the shared one.
static void trace(struct copier *shared, struct heap_object **slots, size_t n) {
    struct copier c = *shared;
    struct heap_object **queue[COLLECT_QUEUE];
    uint64_t head = 0, tail = 0;
    for (;;) {
        for (size_t i = 0; i < n; i++) {
            if (!slots[i])
                continue;
            __builtin_prefetch(slots[i], 1);
            if (tail - head == COLLECT_QUEUE)
                update(&c, queue[head++ % COLLECT_QUEUE]);
            queue[tail++ % COLLECT_QUEUE] = &slots[i];
        }
        if (next_scanned(&c, &slots, &n))
            continue;
        if (head == tail)
            break;
        n = 0;
        update(&c, queue[head++ % COLLECT_QUEUE]);
    }
    c.edges += tail;
    *shared = c;
}

// The ring of large items, which grows while it is followed, after this one.
static void trace_large(struct copier *c, struct large_block *after) {
    for (struct large_block *b = after->next; b != &c->heap->large.ring; b = b->next) {
        struct heap_object *item = large_item(b);
        if (item->kind == HEAP_NODE)
            trace(c, plain_node_slots(item), item->slots);
    }
}

_Static_assert(sizeof(struct heap_reg) == sizeof(struct heap_object *), "a register is a slot");

static void trace_registers(struct copier *c, struct heap_object **also) {
    ROOTS_EACH(&c->heap->common.roots, reg) {
        c->edges -= reg->object != NULL; // trace counts it, but it is no reference of an item
    }
    for (struct roots_frame *f = c->heap->common.roots.top; f; f = f->below)
        trace(c, &f->registers->object, f->count);
    if (also) {
        c->edges--;
        trace(c, also, 1);
    }
}

// ------------------------------------------------------------------------------------------ guards
static struct heap_object *keep_live(void *context, struct heap_object *o) {
    const struct heap *h = context;
    uint64_t word = header(o);
    if (word & MOVED)
        return left_address(word);
    return o->flags & SEMISPACE_LARGE && (o->flags & SEMISPACE_EPOCH) == h->large.epoch ? o : NULL;
}

static void trace_waiting(struct copier *c, size_t from) {
    struct guards *g = &c->heap->common.guards;
    if (from == g->end)
        return;
    c->edges -= g->end - from; // trace counts them, but they are no references of items
    trace(c, &g->entries[from], g->end - from);
}

// Guarded objects that are dead wait to be taken from now on, all of them, and are live for that.
static void trace_guarded(struct copier *c) {
    struct guards *g = &c->heap->common.guards;
    struct large_block *traced = c->heap->large.ring.previous;
    size_t waiting = g->end;
    guards_sort(g, keep_live, c->heap);
    for (size_t i = waiting; i < g->end; i++)
        g->entries[i]->flags &= (uint8_t)~PLAIN_GUARDED;
    trace_waiting(c, waiting);
    trace_large(c, traced);
}

// -------------------------------------------------------------------------------------- collecting
static size_t space_bytes(const struct heap *h) {
    const struct space *s = &h->space;
    return s->newest ? s->full_bytes + (h->next - space_start(s->newest)) : 0;
}

// Cold chunks are reserved, and not held.
uint64_t semispace_unused(const struct heap *h) {
    return (h->space.count + h->space.warm_count) * SPACE_ROOM_BYTES - space_bytes(h);
}

void collect_set_end(struct heap *h) {
    const struct space *s = &h->space;
    if (!s->newest) {
        h->next = h->end = 0;
        return;
    }
    size_t room = space_capacity(s) - s->full_bytes, others = s->full_bytes + h->large.bytes;
    size_t budget = h->unasked_bytes > others ? h->unasked_bytes - others : 0;
    if (room > SPACE_ROOM_BYTES)
        room = SPACE_ROOM_BYTES;
    if (h->enabled && room > budget)
        room = budget;
    h->end = space_start(s->newest) + room;
}

// The rest of collect_is_due, of a heap of `all` bytes; a function, so that the other saves no
// registers.
static __attribute__((noinline)) bool collect_look(struct heap *h, size_t all, size_t bytes) {
    trigger_allocated(&h->due, all);
    if (all + bytes <= h->due.threshold_bytes && !trigger_outgrows(&h->due, all))
        return false;
    if (trigger_may_collect(&h->due, 0))
        return true;
    h->unasked_bytes = all + bytes + SPACE_ROOM_BYTES;
    return false;
}

bool collect_is_due(struct heap *h, size_t bytes) {
    if (!h->enabled)
        return false;
    size_t all = space_bytes(h) + h->large.bytes;
    return !trigger_is_quiet(&h->due, all, bytes) && collect_look(h, all, bytes);
}

static void copy_live(struct heap *h, struct heap_object **also, struct copier *c) {
    bool empty = space_bytes(h) == 0;
    if (h->space.newest)
        h->space.newest->filled = h->next;
    struct space_chunk *old = space_begin(&h->space);
    *c = (struct copier){.heap = h};
    if (!empty) {
        c->next = c->scan = space_add(&h->space, 0);
        c->end = c->next + SPACE_ROOM_BYTES;
        c->newest = c->chunk = h->space.newest;
    }
    large_begin(&h->large);
    trace_registers(c, also);
    trace_waiting(c, h->common.guards.first);
    trace_large(c, &h->large.ring);
    if (h->common.guards.guarded)
        trace_guarded(c);
    intern_retain(&h->common.interned, keep_live, h);
    external_retain(&h->common.external, keep_live, h);
    HEAP_COUNT(heap_retained(&h->common.listener, keep_live, h));
    large_sweep(&h->large);
    space_recycle(&h->space, old);
    h->next = c->next;
}

// As growth is above 1, what is live stays below the threshold.
static void set_threshold(struct heap *h) {
    size_t live_bytes = space_bytes(h) + h->large.bytes;
    size_t all_bytes = live_bytes + h->common.external.held_bytes;
    h->due.threshold_bytes = trigger_next_bytes(&h->due, live_bytes);
    h->external_bytes = trigger_next_bytes(&h->due, all_bytes);
    h->unasked_bytes = h->due.threshold_bytes;
    trigger_restart(&h->due, live_bytes);
}

static uint64_t count_freed(struct heap *h, const struct copier *found) {
    struct heap_counters *c = &h->common.counters;
    c->collections_gen2++;
    c->objects_visited += found->objects;
    c->edges_visited += found->edges;
    if (!HEAP_COUNTING)
        return HEAP_UNKNOWN;
    uint64_t garbage = c->objects_allocated - c->objects_freed - found->objects;
    c->objects_collected += garbage;
    c->objects_freed += garbage;
    c->bytes_freed = c->bytes_allocated - found->bytes;
    return garbage;
}

static void trim(struct heap *h, size_t warm, size_t keep_bytes) {
    if (!space_has_surplus(&h->space, warm, keep_bytes))
        return;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_PURGE);
    space_trim(&h->space, warm, keep_bytes);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_PURGE, 0);
}

// Until the next collection has run, the space will grow to the threshold, and the live part of it
// be copied, which is taken to be as much as now. Pages for that are kept; a 32nd more and a chunk
// keep them from coming and going with small changes.
static void trim_to_threshold(struct heap *h) {
    size_t most = h->due.threshold_bytes - h->large.bytes;
    size_t used = space_need(most + space_bytes(h));
    size_t kept = used + used / 32 + 1;
    trim(h, kept - h->space.count, most);
}

// The space and its end go by the heap's own bytes; what is outside has a threshold of its own.
void semispace_external_slow(struct heap *h, size_t bytes) {
    size_t own = space_bytes(h) + h->large.bytes;
    trigger_allocated(&h->due, own);
    if (h->due.counts_external && h->enabled &&
        own + h->common.external.held_bytes + bytes > h->external_bytes &&
        trigger_may_collect(&h->due, 0))
        (void)collect(h, NULL);
}

void collect_trim_all(struct heap *h) {
    trim(h, 0, space_bytes(h));
    collect_set_end(h);
}

size_t collect(struct heap *h, struct heap_object **also) {
    struct copier found;
    heap_pause_begins(&h->common.listener, HEAP_PAUSE_FULL);
    trigger_allocated(&h->due, space_bytes(h) + h->large.bytes);
    trigger_collects(&h->due, 0);
    copy_live(h, also, &found);
    set_threshold(h);
    uint64_t garbage = count_freed(h, &found);
    heap_pause_ends(&h->common.listener, HEAP_PAUSE_FULL, garbage);
    trim_to_threshold(h);
    collect_set_end(h);
    return garbage;
}
