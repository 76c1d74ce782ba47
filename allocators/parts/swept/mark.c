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
// So the queue is always used, and marks stay where the scan needs the line anyway: no map to
// clear, and the same code for singles. In this file a queue of 8 lost 1.5x on all but chains;
// one of 32 gained 1.3x in order but lost 1.5x shuffled.
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

static void push_or_turn_grey(struct marker *m, struct heap_object *const *refs, size_t n) {
    for (size_t i = 0; i < n; i++) {
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

// The top of the stack up to which a cell's references have room; negative for a stack so small
// that they may never have.
static ptrdiff_t room_for_cell(const struct marker *m) {
    return (ptrdiff_t)m->capacity - MARK_CELL_SLOTS;
}

// Follow references until the stack is empty. Of the usual object, a cell that is no list, while
// the stack has room, everything is done here, with locals only: the compiler must take a byte
// stored into an object for a possible part of the marker. Every reference is stored and only the
// kept ones advance: which are empty is beyond a branch predictor.
static void drain(struct marker *m) {
    struct heap_object *queue[MARK_QUEUE]; // popped references on their way through the cache
    size_t taken = 0, waiting = 0;         // from the queue, in all; in it
    size_t again = 0;                      // taken, and had been marked before
    uintptr_t *entries = m->entries;
    size_t top = m->top;
    ptrdiff_t room = room_for_cell(m);
    uint64_t bytes = 0;
    const uint8_t epoch = m->epoch;
    for (;;) {
        struct heap_object *o;
        if (__builtin_expect(top != 0, 1)) {
            uintptr_t entry = entries[--top];
            if (__builtin_expect(entry & MARK_REST, 0)) {
                m->top = top;
                push_rest(m, entry);
                goto reload;
            }
            o = (struct heap_object *)entry;
            __builtin_prefetch(o, 1);
            if (__builtin_expect(waiting < MARK_QUEUE, 0)) {
                queue[(taken + waiting++) % MARK_QUEUE] = o;
                continue;
            }
            struct heap_object **place = &queue[taken++ % MARK_QUEUE];
            o = *place;
            *place = (struct heap_object *)entry;
        } else if (waiting) {
            waiting--;
            o = queue[taken++ % MARK_QUEUE];
        } else {
            break;
        }
        uint8_t flags = o->flags;
        if (flags & epoch) {
            again++;
            continue;
        }
        if (__builtin_expect(flags & MARK_SINGLE || o->kind == HEAP_LIST || (ptrdiff_t)top > room,
                             0)) {
            m->top = top;
            visit(m, o);
            goto reload;
        }
        o->flags = (uint8_t)((flags & ~MARK_EPOCHS) | epoch);
        block_of(o)->live++;
        size_t n = o->slots;
        bytes += n * sizeof(void *) + o->size;
        for (size_t i = 0; i < n; i++) {
            uintptr_t ref = (uintptr_t)plain_node_slots(o)[i];
            entries[top] = ref;
            top += ref != 0;
        }
        continue;
    reload:
        entries = m->entries;
        top = m->top;
        room = room_for_cell(m);
    }
    m->top = 0;
    m->found.objects += taken - again;
    m->found.bytes += bytes;
    m->found.edges += taken;
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

void mark_heap(struct heap *h, uint8_t epoch, bool young, struct mark_result *out) {
    struct mark_stack *s = &h->mark_stack;
    struct marker m = {.entries = s->entries, .capacity = s->capacity, .epoch = epoch, .heap = h};
    mark_small_ints(h, epoch);
    if (!young)
        BLOCKS_EACH(&h->blocks, b)
    b->live = 0;
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
