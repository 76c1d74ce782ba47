// mark.c - marking: a stack, a queue that prefetches, and grey objects where the stack is full.
//
// Popped references pass a short queue and are prefetched as they enter it (Cher, Hosking,
// Vijaykumar, "Software prefetching for mark-sweep garbage collection", ASPLOS 2004: a first-in
// first-out buffer in front of the mark stack). An object is tested and marked when it leaves the
// queue. What decided it was a prototype over 1e6 nodes of 24 bytes; medians of 7 in one process,
// ns per object:
//                                           tree       tree       chain      random graph
//                                           in order   shuffled   in order   shuffled
//   mark in the header, stack alone         1.9        36.7       1.4        105
//   mark in the header, queue of 16         6.8        12.0       1.8        26
//   queue only for what is over 1 kB away   7.7        12.1       2.1        26
//   marks in a byte map, queue of 16        7.1        13.0       9.5        21
// So marks stay where the scan needs the line anyway: no map to clear, and the same code for singles.
// In this file a queue of 8 lost 1.5x on all but chains; one of 32 gained 1.3x in order but lost 1.5x
// shuffled.
//
// Where references lead to what is near, the processor fetches ahead by itself, and the stack alone is
// used, depth first, the first slot of a node at once (drain_by). On a Zen 4, CPU ns per object, by the
// queue and without: a chain of 1e6 in order 4.9 and 1.8, a tree 9.5 and 2.1, shuffled 15 and 61, rings in
// a list 8.4 and 7.3. Which it is to be is asked of a few nodes at each collection of all.
//
// A reference that finds no room on the stack turns its object grey: marked, and put on a list of
// blocks (or singles) to be scanned when the stack is empty. An object turns grey at most once,
// and each time costs at most one walk of its block, so even then the time is linear in the heap.

#include "heap.h"

enum {
    MARK_QUEUE = 16,          // entries; a power of two
    MARK_FIRST_ENTRIES = 512, // of the stack; 4 kB
    MARK_SCAN_MOST = 128,     // references pushed at once, so that a long list needs few entries
    MARK_REST = 1, // tags an entry that is the rest of an array; its length lies below it
    MARK_CELL_SLOTS = BLOCK_SMALL_BYTES / sizeof(void *), // more than any object in a block has
    MARK_NEAR_BYTES = 4096, // strides that the processor follows by itself
    MARK_ASTRAY = 16,       // one pair of nodes in so many may lead further
    MARK_SAMPLE_CELLS = 8,
};

struct marker {
    uintptr_t *entries; // the stack
    size_t top, capacity;
    uint8_t epoch;
    struct mark_result found;
    struct block *grey_first, *grey_last;
    uint32_t grey_single; // index + 1, 0: none
    struct heap *heap;
};

int mark_stack_init(struct mark_stack *s, struct memory *memory, size_t max) {
    size_t first = max < MARK_FIRST_ENTRIES ? max : MARK_FIRST_ENTRIES;
    s->entries = memory_malloc(memory, first * sizeof *s->entries);
    s->memory = memory;
    s->capacity = s->entries ? first : 0;
    s->max = max;
    return s->entries ? 0 : ENOMEM;
}

void mark_stack_free(struct mark_stack *s) {
    if (s->entries)
        memory_free(s->memory, s->entries, s->capacity * sizeof *s->entries);
}

static bool grow_stack(struct marker *m) {
    struct mark_stack *s = &m->heap->mark_stack;
    size_t capacity = s->capacity > s->max / 2 ? s->max : s->capacity * 2;
    if (capacity == s->capacity)
        return false;
    uintptr_t *entries = memory_resize(s->memory, s->entries, s->capacity * sizeof *entries,
                                       capacity * sizeof *entries);
    if (!entries)
        return false;
    m->entries = s->entries = entries;
    m->capacity = s->capacity = capacity;
    return true;
}

// What objects and arrays have in common.
FAST void mark_cell(struct marker *m, struct heap_object *o) {
    uint8_t flags = o->flags;
    o->flags = (uint8_t)((flags & ~MARK_EPOCHS) | m->epoch);
    if (__builtin_expect(flags & MARK_SINGLE, 0))
        m->found.single_bytes += single_bytes(o);
    else
        block_of(o)->live++;
}

FAST bool is_marked(const struct marker *m, const struct heap_object *o) {
    return (o->flags & MARK_EPOCHS) == m->epoch;
}

static void turn_grey(struct marker *m, struct heap_object *o) {
    if (is_marked(m, o))
        return;
    mark_cell(m, o);
    if (o->kind == HEAP_LIST && plain_list(o)->items)
        mark_cell(m, array_of(plain_list(o)));
    m->found.objects++;
    m->found.bytes += plain_requested_bytes(o);
    if (o->kind == HEAP_ATOM)
        return;
    o->flags |= MARK_GREY;
    m->found.overflows++;
    if (o->flags & MARK_SINGLE) {
        single_of(o)->next_grey = m->grey_single;
        m->grey_single = single_of(o)->index + 1;
        return;
    }
    struct block *b = block_of(o);
    if (b->grey)
        return;
    b->grey = true;
    b->next_grey = NULL;
    if (m->grey_last)
        m->grey_last->next_grey = b;
    else
        m->grey_first = b;
    m->grey_last = b;
}

// The first is popped first: elements of a list are often near each other.
static void push_or_turn_grey(struct marker *m, struct heap_object *const *refs, size_t n) {
    for (size_t i = n; i-- > 0;) {
        if (!refs[i])
            continue;
        if (m->top < m->capacity || grow_stack(m)) {
            m->entries[m->top++] = (uintptr_t)refs[i];
        } else {
            m->found.edges++;
            turn_grey(m, refs[i]);
        }
    }
}

// Of many references, follow some now and put off the rest; without room for that, follow all now.
static void push_many(struct marker *m, struct heap_object *const *refs, size_t n) {
    if (n > MARK_SCAN_MOST && m->capacity - m->top >= 2) {
        m->entries[m->top++] = n - MARK_SCAN_MOST;
        m->entries[m->top++] = (uintptr_t)(refs + MARK_SCAN_MOST) | MARK_REST;
        n = MARK_SCAN_MOST;
    }
    push_or_turn_grey(m, refs, n);
}

static void push_rest(struct marker *m, uintptr_t entry) {
    size_t n = m->entries[--m->top];
    push_many(m, (struct heap_object *const *)(entry & ~(uintptr_t)MARK_REST), n);
}

// Mark an object that drain does not handle itself, and push what it refers to.
static __attribute__((noinline)) void visit(struct marker *m, struct heap_object *o) {
    mark_cell(m, o);
    m->found.bytes += plain_requested_bytes(o);
    if (o->kind == HEAP_LIST && plain_list(o)->items)
        mark_cell(m, array_of(plain_list(o)));
    push_many(m, plain_slots(o), plain_length(o));
}

// The top of the stack up to which a cell's references have room; below the stack for one so small that
// they may never have.
static uintptr_t *room_for_cell(const struct marker *m) {
    return m->entries + m->capacity - MARK_CELL_SLOTS;
}

// Popped references on their way through the cache.
struct queue {
    struct heap_object *entries[MARK_QUEUE];
    size_t taken, waiting;
};

// Returns the object that has waited longest, or NULL while there is room.
FAST struct heap_object *queue_pass(struct queue *q, struct heap_object *o) {
    __builtin_prefetch(o, 1);
    if (__builtin_expect(q->waiting < MARK_QUEUE, 0)) {
        q->entries[(q->taken + q->waiting++) % MARK_QUEUE] = o;
        return NULL;
    }
    struct heap_object **place = &q->entries[q->taken++ % MARK_QUEUE], *first = *place;
    *place = o;
    return first;
}

FAST struct heap_object *queue_end(struct queue *q) {
    return q->waiting-- ? q->entries[q->taken++ % MARK_QUEUE] : NULL;
}

// Cells of one block that were marked one after the other, to be counted in its descriptor together: a
// count in memory would wait for the one before.
struct streak {
    uintptr_t place; // of the block, in blocks
    size_t cells, all;
};

FAST void streak_end(struct streak *s, uintptr_t place) {
    if (s->cells)
        block_of((void *)(s->place * BLOCK_BYTES))->live += (uint16_t)s->cells;
    s->all += s->cells;
    s->cells = 0;
    s->place = place;
}

FAST void streak_mark(struct streak *s, struct heap_object *o) {
    if (__builtin_expect((uintptr_t)o / BLOCK_BYTES != s->place, 0))
        streak_end(s, (uintptr_t)o / BLOCK_BYTES);
    s->cells++;
}

FAST uint64_t header_of(struct heap_object o) {
    uint64_t header;
    memcpy(&header, &o, sizeof header);
    return header;
}

// push_slots - push what a node refers to. By way of the queue all of it: every reference is stored and only
// the kept ones advance, for which are empty is beyond a branch predictor there. Else all but the first,
// which is returned, to be followed next; nodes of two slots, as most are, have a path of their own.
FAST struct heap_object *push_slots(uintptr_t **top, struct heap_object **slots, size_t n,
                                    bool queued) {
    if (queued) {
        for (size_t i = 0; i < n; i++) {
            **top = (uintptr_t)slots[i];
            *top += slots[i] != 0;
        }
        return NULL;
    }
    if (__builtin_expect(n == 2, 1)) {
        if (slots[1])
            *(*top)++ = (uintptr_t)slots[1];
        return slots[0];
    }
    if (n == 0)
        return NULL;
    for (; n > 1; n--)
        if (slots[n - 1])
            *(*top)++ = (uintptr_t)slots[n - 1];
    return slots[0];
}

// Follow references until the stack is empty. Of the usual object, a cell that is no list, while
// the stack has room, everything is done here, with locals only: the compiler must take what is
// stored into an object for a possible part of the marker.
FAST void drain_by(struct marker *m, const bool queued) {
    struct queue queue = {.taken = 0, .waiting = 0};
    struct streak streak = {0};
    size_t again = 0, others = 0; // had been marked before; visit marked
    uintptr_t *entries = m->entries, *top = entries + m->top, *room = room_for_cell(m);
    const uint64_t epochs = header_of((struct heap_object){.flags = MARK_EPOCHS});
    const uint64_t epoch = header_of((struct heap_object){.flags = m->epoch});
    const uint64_t unusual =
        epoch | header_of((struct heap_object){.kind = HEAP_LIST, .flags = MARK_SINGLE});
    for (struct heap_object *next = NULL;;) {
        struct heap_object *o = next;
        if (queued || !o) {
            if (__builtin_expect(top > entries, 1)) {
                uintptr_t entry = *--top;
                if (__builtin_expect(entry & MARK_REST, 0)) {
                    m->top = (size_t)(top - entries);
                    push_rest(m, entry);
                    goto reload;
                }
                o = (struct heap_object *)entry;
                if (queued && !(o = queue_pass(&queue, o)))
                    continue;
            } else if (!queued || !(o = queue_end(&queue))) {
                break;
            }
        }
        uint64_t header;
        next = NULL;
        memcpy(&header, o, sizeof header);
        if (__builtin_expect((header & unusual) != 0, 0) || __builtin_expect(top > room, 0)) {
            if (header & epoch) {
                again++;
                continue;
            }
            others++;
            m->top = (size_t)(top - entries);
            visit(m, o);
            goto reload;
        }
        header = (header & ~epochs) | epoch;
        memcpy(o, &header, sizeof header);
        streak_mark(&streak, o);
        HEAP_COUNT(m->found.bytes += plain_requested_bytes(o));
        next = push_slots(&top, plain_node_slots(o), o->slots, queued);
        continue;
    reload:
        entries = m->entries;
        top = entries + m->top;
        room = room_for_cell(m);
    }
    streak_end(&streak, 0);
    m->top = 0;
    m->found.objects += streak.all + others;
    m->found.edges += streak.all + others + again;
}

static __attribute__((noinline)) void drain_queued(struct marker *m) {
    drain_by(m, true);
}

static __attribute__((noinline)) void drain_in_order(struct marker *m) {
    drain_by(m, false);
}

static void drain(struct marker *m) {
    if (m->heap->mark_stack.in_order)
        drain_in_order(m);
    else
        drain_queued(m);
}

// -------------------------------------------------------------------------- when the stack is full
static void scan_grey(struct marker *m, struct heap_object *o) {
    o->flags &= (uint8_t)~MARK_GREY;
    push_many(m, plain_slots(o), plain_length(o));
    drain(m);
}

static void scan_grey_block(struct marker *m) {
    struct block *b = m->grey_first; // in order of arrival, so that others of a block can gather
    m->grey_first = b->next_grey;
    if (!b->next_grey)
        m->grey_last = NULL;
    b->grey = false; // first: scanning may turn objects grey that the walk has already passed
    for (char *p = block_start(b), *end = block_end(b); p < end;) {
        struct heap_object *o = (struct heap_object *)(void *)p;
        if (o->flags & MARK_GREY)
            scan_grey(m, o);
        p += block_cell_bytes(b, o);
    }
}

static void scan_grey_single(struct marker *m) {
    struct heap_object *o = m->heap->singles.table[m->grey_single - 1];
    m->grey_single = single_of(o)->next_grey;
    single_of(o)->next_grey = 0;
    scan_grey(m, o);
}

// ------------------------------------------------------------------------------------------- roots
// Small ints are no part of the heap: with the epoch set beforehand they are passed by as marked
// ones.
static void mark_small_ints(struct heap *h, uint8_t epoch) {
    for (int i = 0; i < SMALL_INTS; i++)
        h->common.small_ints[i].object.flags = PLAIN_IMMORTAL | epoch;
}

FAST void mark_root(struct marker *m, struct heap_object *o) {
    if (m->top == m->capacity)
        drain(m);
    if (!o)
        return;
    m->entries[m->top++] = (uintptr_t)o;
    m->found.edges--; // drain counts it, but a root is no edge of the heap
}

static void mark_all(struct marker *m) {
    drain(m);
    while (m->grey_first || m->grey_single) {
        if (m->grey_first)
            scan_grey_block(m);
        else
            scan_grey_single(m);
    }
}

static struct heap_object *keep_guarded(void *context, struct heap_object *o) {
    return is_marked(context, o) ? o : NULL;
}

// Guarded objects that are dead wait to be taken from now on, all of them, and are live for that.
static void mark_guarded(struct marker *m) {
    struct guards *g = &m->heap->common.guards;
    size_t waiting = g->end;
    guards_sort(g, keep_guarded, m);
    for (; waiting < g->end; waiting++) {
        g->entries[waiting]->flags &= (uint8_t)~PLAIN_GUARDED;
        mark_root(m, g->entries[waiting]);
    }
    mark_all(m);
}

void mark_array(struct heap *h, struct heap_object *array) {
    array->flags = (uint8_t)((array->flags & ~MARK_EPOCHS) | h->blocks.epoch);
    if (array->flags & MARK_SINGLE)
        h->old.single_bytes += single_bytes(array);
    else
        block_of(array)->live++;
}

void mark_changed(struct marker *m, struct heap_object *o) {
    m->found.again++;
    push_many(m, plain_slots(o), plain_length(o));
    drain(m);
}

void mark_slots(struct marker *m, struct heap_object *o) {
    const struct plain_list *list = plain_list(o);
    size_t length = o->size;
    m->found.again++;
    for (size_t i = 0; i < length; i += SINGLE_WORD_SLOTS) {
        uint64_t marks = *single_word(array_of(list), i);
        if (length - i < SINGLE_WORD_SLOTS)
            marks &= ((uint64_t)1 << (length - i)) - 1;
        for (; marks; marks &= marks - 1)
            push_or_turn_grey(m, &list->items[i + (size_t)__builtin_ctzll(marks)], 1);
        if (m->top >= MARK_SCAN_MOST)
            drain(m);
    }
    drain(m);
}

// ------------------------------------------------------------------------------- in order or not
static bool is_near(const void *a, const void *b) {
    return !a || !b || (uintptr_t)a - (uintptr_t)b + MARK_NEAR_BYTES < 2 * MARK_NEAR_BYTES;
}

// Addresses alone are looked at.
static bool refer_near(const struct heap_object *a, const struct heap_object *b) {
    bool near = true;
    for (size_t i = 0; i < a->slots && i < b->slots && i < 2; i++)
        near = near && is_near(plain_node_slots(a)[i], plain_node_slots(b)[i]);
    return near;
}

// Whether neighbours refer to neighbours, asked of the last two nodes among the first cells of a block; of the
// first two it would be the roots of trees where these are as large as a block. Adds to *asked if there are two.
static bool is_astray(const struct block *b, size_t *asked) {
    const char *p = block_start(b), *end = block_end(b);
    const struct heap_object *before = NULL, *last = NULL;
    for (int i = 0; i < MARK_SAMPLE_CELLS && p < end; i++) {
        const struct heap_object *o = (const struct heap_object *)(const void *)p;
        if (o->kind == HEAP_NODE) {
            before = last;
            last = o;
        }
        p += block_cell_bytes(b, o);
    }
    *asked += before != NULL;
    return before && !refer_near(before, last);
}

// Asks some 63 blocks from all over the heap. Where there are no nodes, nothing is known.
static bool is_in_order(const struct heap *h) {
    size_t place = 0, asked = 0, astray = 0;
    BLOCKS_EACH(&h->blocks, b)
    if (place++ % h->blocks.chunk_count == 0 && b->state != BLOCK_EMPTY)
        astray += is_astray(b, &asked);
    return asked && astray * MARK_ASTRAY <= asked;
}

static void begin_all(struct heap *h) {
    h->mark_stack.in_order = is_in_order(h);
    BLOCKS_EACH(&h->blocks, b)
    b->live = 0;
}

void mark_heap(struct heap *h, uint8_t epoch, bool young, struct mark_result *out) {
    struct mark_stack *s = &h->mark_stack;
    struct marker m = {.entries = s->entries, .capacity = s->capacity, .epoch = epoch, .heap = h};
    mark_small_ints(h, epoch);
    if (!young)
        begin_all(h);
    swept_remembered(h, young ? &m : NULL);
    ROOTS_EACH(&h->common.roots, reg)
    mark_root(&m, reg->object);
    GUARDS_EACH(&h->common.guards, waiting)
    mark_root(&m, *waiting);
    mark_all(&m);
    if (h->common.guards.guarded)
        mark_guarded(&m);
    *out = m.found;
}
