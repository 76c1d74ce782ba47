// collect.c - rootbuffer: who becomes a candidate, when a collection is due, and the collection.

#include "heap.h"

#include "parts/counted/cascade.h"
#include "parts/counted/partition.h"
#include "parts/counted/waiting.h"
#include "parts/php/gc_status.h"

// ------------------------------------------------------------------------------------------ buffer
FAST bool is_link(const struct heap_object *entry) {
    return (uintptr_t)entry & 1;
}

static void enter(struct heap *h, struct heap_object *o) {
    uint32_t index = h->unused;
    if (index)
        h->unused = (uint32_t)((uintptr_t)h->roots[index] >> 1);
    else
        index = h->next++;
    h->roots[index] = o;
    counted_place(o)->index = index;
    h->count++;
}

// The candidates move to the front. One that is dying just now has a count of 0, and leaves.
static void compact(struct heap *h) {
    uint32_t kept = 1;
    for (uint32_t i = 1; i < h->next; i++) {
        struct heap_object *o = h->roots[i];
        if (is_link(o))
            continue;
        counted_place(o)->index = o->count ? kept : 0;
        if (o->count)
            h->roots[kept++] = o;
    }
    h->next = kept;
}

// -------------------------------------------------------------------------------------- collection
// Count the references of o, and put what is not in the array yet at its end.
FAST void reach_from(struct collection *c, const struct heap_object *o) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    for (size_t j = 0; j < length; j++) {
        trial_prefetch_slot(slots, length, j);
        if (!slots[j])
            continue;
        c->edges++;
        if (counted_is_atom(slots[j]))
            continue;
        counted_place(slots[j])->internal += INTERNAL_ONE;
        if (!counted_place(slots[j])->index)
            partition_place(c, slots[j], c->end++);
    }
}

// Survivors are no candidates any more, so the front of the array, which is as long as there are
// survivors, has room for those that the death of the garbage makes.
static void leave_buffer(struct collection *c) {
    for (uint32_t i = c->start; i < c->reached; i++)
        counted_place(c->all[i])->index_alone = 0;
    c->h->next = 1;
    c->h->count = 0;
}

static void find_garbage(struct collection *whole) {
    struct collection c = *whole;
    for (uint32_t i = c.start; i < c.end; i++) {
        prefetch_object(&c, i + AHEAD);
        reach_from(&c, c.all[i]);
    }
    if (partition_is_scattered(c.all, c.start, c.end))
        reach_survivors(&c, true);
    else
        reach_survivors(&c, false);
    *whole = c;
}

// Returns what it found, as PHP counts it.
static size_t search(struct heap *h, struct collection *c) {
    compact(h);
    *c = (struct collection){
        .h = h, .all = h->roots, .start = 1, .scanned = 1, .reached = 1, .end = h->next};
    h->unused = 0;
    find_garbage(c);
    if (h->common.guards.guarded)
        hand_back(c);
    leave_buffer(c);
    return c->end - c->reached + free_garbage(c);
}

static void count_collection(struct heap *h, const struct collection *c, size_t found, bool ran) {
    uint32_t garbage = c->end - c->reached;
    h->common.counters.collections_gen2++;
    h->common.counters.objects_visited += c->end - c->start;
    h->common.counters.edges_visited += c->edges;
    HEAP_COUNT(h->common.counters.objects_collected += garbage);
    h->runs += ran;
    h->collected += found;
}

// Within a cascade that has been announced, it is part of it. Returns what it found, as PHP counts
// it.
static size_t collect(struct heap *h, struct collection *c) {
    uint64_t freed_before = h->common.counters.objects_freed;
    bool announce = !h->common.cascading, ran = h->count != 0;
    h->collecting = h->common.pausing = true;
    if (announce)
        heap_pause_begins(&h->common.listener, HEAP_PAUSE_FULL);
    size_t found = search(h, c);
    count_collection(h, c, found, ran);
    covered_give_back(h->roots + h->next, h->roots + c->end);
    if (announce)
        heap_pause_ends(&h->common.listener, HEAP_PAUSE_FULL,
                        h->common.counters.objects_freed - freed_before);
    h->collecting = h->common.pausing = false;
    return found;
}

// --------------------------------------------------------------------------------------- the rules
enum { PHP_FEW = 100, PHP_STEP = 10000, PHP_MOST = 1000000000 };
enum { NIM_LEAST = 16, NIM_MOST = 1 << 29 };

static uint32_t php_threshold(const struct heap *h, size_t found) {
    if (found < PHP_FEW)
        return h->threshold > PHP_MOST - PHP_STEP ? PHP_MOST : h->threshold + PHP_STEP;
    return h->threshold - h->first_threshold < PHP_STEP ? h->first_threshold
                                                        : h->threshold - PHP_STEP;
}

// That of Nim is what the threshold is above the first, which is also what it is raised from.
static uint32_t nim_threshold(const struct heap *h, const struct collection *c) {
    uint32_t above = h->threshold - h->first_threshold;
    if (c->reached == c->start)
        return h->threshold;
    if ((uint64_t)(c->end - c->reached) * 2 >= c->end - c->start)
        above = above / 3 * 2 > NIM_LEAST ? above / 3 * 2 : NIM_LEAST;
    else if (above < NIM_MOST)
        above = (above ? above : h->first_threshold) / 2 + (above ? above : h->first_threshold);
    return h->first_threshold + above;
}

static void set_limit(struct heap *h) {
    bool off = !h->enabled || !h->first_threshold;
    h->limit = off ? UINT32_MAX : h->rule == ROOTBUFFER_NIM ? h->threshold : h->threshold + 1;
}

void heap_enable(struct heap *h, bool on) {
    h->enabled = on;
    set_limit(h);
}

static void collect_unasked(struct heap *h) {
    struct collection c;
    size_t found = collect(h, &c);
    if (h->rule == ROOTBUFFER_PHP)
        h->threshold = php_threshold(h, found);
    else if (h->rule == ROOTBUFFER_NIM)
        h->threshold = nim_threshold(h, &c);
    set_limit(h);
}

// As PHP does it: o is held meanwhile, and by then may have been made a candidate by the garbage.
static bool collect_for(struct heap *h, struct heap_object *o) {
    o->count++;
    collect_unasked(h);
    return --o->count == 0;
}

bool heap_suspect_slow(struct heap *h, struct heap_object *o) {
    bool due = !h->unused && h->next >= h->limit && !h->collecting;
    if (h->collecting && h->rule != ROOTBUFFER_PHP)
        return false;
    if (due && h->rule != ROOTBUFFER_NIM && collect_for(h, o))
        return true;
    if (!counted_place(o)->index)
        enter(h, o);
    if (h->rule == ROOTBUFFER_NIM && h->count >= h->limit)
        collect_unasked(h);
    return false;
}

size_t heap_collect(struct heap *h, int generation) {
    struct collection c;
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    (void)generation;
    (void)collect(h, &c);
    return c.end - c.reached;
}

void heap_gc_status(struct heap *h, struct gc_status *out) {
    *out = (struct gc_status){h->runs, h->collected, (uint64_t)h->threshold + 1, h->count};
}

// --------------------------------------------------------------------------------------- releases
// Give up references of o, which is dying, until a container dies by it, whose slot is noted in
// `internal`. Returns that, or NULL: o has given up all.
static struct heap_object *next_to_die(struct heap *h, struct counted_cascade *c,
                                       struct heap_object *o) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o), i = counted_place(o)->internal;
    for (; i < length; i++) {
        if (i + COUNTED_PREFETCH < length)
            __builtin_prefetch(slots[i + COUNTED_PREFETCH], 1);
        if (!slots[i] || !counted_drop(h, c, slots[i]))
            continue;
        counted_place(o)->internal = (uint32_t)i;
        return slots[i];
    }
    return NULL;
}

static bool dies(struct heap *h, struct heap_object *o) {
    if (!counted_is_guarded(o))
        return true;
    counted_hand_back(h, o);
    return false;
}

// The slot of a child that dies holds the parent of its parent until the child is gone.
void heap_spread_slow(struct heap *h, struct counted_cascade *c, struct heap_object *o) {
    struct heap_object *parent = NULL;
    if (!dies(h, o))
        return;
    for (;;) {
        struct heap_object *child = next_to_die(h, c, o);
        if (child && dies(h, child)) {
            counted_slots(o)[counted_place(o)->internal] = parent;
            parent = o;
            o = child;
            continue;
        }
        if (child) {
            counted_place(o)->internal++;
            continue;
        }
        counted_free_container(h, c, o);
        if (!(o = parent))
            return;
        parent = counted_slots(o)[counted_place(o)->internal++];
    }
}
