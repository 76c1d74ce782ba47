// slow.c - refcount_lazy: its descriptor, set-up, the release of what is dead, and checks. See fast.h.

#include "heap.h"

#include "parts/counted_slow.h"
#include "parts/counted_verify.h"

enum tunable { RELEASE_BUDGET, MEMORY, TUNABLES };

static const struct setting tunables[TUNABLES] = {
    [RELEASE_BUDGET] = {.name = "release_budget",
                        .doc = "references of dead objects that an allocation gives up, beside as "
                               "many as were taken; fewer free later, more hold it up for longer",
                        .unit = "references",
                        .fallback = 8,
                        .min = 1,
                        .max = 1e9,
                        .whole = 1,
                        .sweep = "1,8,64,512,4096"},
    [MEMORY] = HEAP_TUNABLE_MEMORY,
};

const struct heap_strategy heap_strategy = {
    .name = HEAP_NAME,
    .summary = "reference counting that frees a little at each allocation: no release holds the "
               "program up",
    .traits = HEAP_FREES_ACYCLIC,
    .tunables = tunables,
    .tunable_count = TUNABLES,
};

// ------------------------------------------------------------------------------------------- stack
// An entry is a container that is held, in at least 16 bytes, so this is room for all that fit into
// 32 GiB. Pages become resident as entries first reach them.
#define STACK_BYTES ((size_t)16 << 30)

FAST struct heap_object **waiting_begin(const struct heap *h) {
    return h->dead;
}

FAST struct heap_object **waiting_end(const struct heap *h) {
    return h->top;
}

#include "parts/counted_waiting.h"

// -------------------------------------------------------------------------------------------- drain
// What is being freed. A container's last reference is counted when it comes to the stack, and not
// again when it is freed, which may be in another drain: `known` are those freed less those that
// came.
struct drain {
    struct counted_cascade c;
    uint64_t known; // may wrap below 0
};

// Give up a reference. Returns whether its object is a container that dies by it; then that is on
// top of the stack.
FAST bool drop(struct heap *h, struct drain *d, struct heap_object *o) {
    if (!o || !counted_drop(h, &d->c, o))
        return false;
    counted_set_count(o, COUNTED_FOREVER);
    *h->top++ = o;
    d->known--;
    return true;
}

FAST void drain_container(struct heap *h, struct drain *d, struct heap_object *o) {
    counted_free_container(h, &d->c, o);
    d->known++;
}

// The node on top goes, with all its references. Returns how much that was.
static size_t drain_node(struct heap *h, struct drain *d) {
    struct heap_object *o = *--h->top;
    size_t length = counted_node_length(o);
    for (size_t i = 0; i < length; i++)
        drop(h, d, counted_node_slots(o)[i]);
    drain_container(h, d, o);
    return length + 1;
}

// The list on top gives up elements from its end, at most so many, until one dies that is next; one
// without elements goes. Returns how much that was.
static size_t drain_list(struct heap *h, struct drain *d, size_t most) {
    struct counted_list *list = counted_list(h->top[-1]);
    size_t done = 0;
    while (list->length && done < most) {
        done++;
        if (list->length > COUNTED_PREFETCH)
            __builtin_prefetch(list->items[list->length - 1 - COUNTED_PREFETCH], 1);
        if (drop(h, d, list->items[--list->length]))
            return done;
    }
    if (list->length)
        return done;
    drain_container(h, d, *--h->top);
    return done + 1;
}

uint64_t heap_drain_slow(struct heap *h, size_t references) {
    struct drain d = {.known = 0};
    counted_begin(&d.c);
    for (size_t done = 0; h->top != h->dead && done < references;)
        done +=
            counted_is_list(h->top[-1]) ? drain_list(h, &d, references - done) : drain_node(h, &d);
    uint64_t freed = counted_freed(&d.c);
    counted_finish(h, &d.c, d.known);
    return freed;
}

void heap_catch_up_slow(struct heap *h) {
    uint64_t taken = lazy_taken(h);
    size_t due = (size_t)(taken - h->taken);
    h->taken = taken;
    heap_drain_slow(h, due + h->release_budget);
}

void heap_release_atom_slow(struct heap *h, struct heap_object *o) {
    struct counted_cascade c;
    counted_begin(&c);
    counted_free_atom(h, &c, o);
    counted_finish(h, &c, 1);
}

// -------------------------------------------------------------------------------------- collection
size_t heap_collect(struct heap *h, int generation) {
    assert(generation >= 0 && generation < HEAP_GENERATIONS);
    (void)generation;
    struct heap_object **highest = h->top;
    h->pausing = true;
    if (h->listener.pause_begin)
        h->listener.pause_begin(h->listener.context, HEAP_PAUSE_FULL);
    uint64_t freed = heap_drain_slow(h, SIZE_MAX);
    waiting_give_back(h->top, highest);
    h->counters.collections_gen2++;
    h->counters.objects_visited += freed;
    h->counters.objects_collected += freed;
    if (h->listener.pause_end)
        h->listener.pause_end(h->listener.context, HEAP_PAUSE_FULL, freed);
    h->pausing = false;
    return freed;
}

// Nothing is searched for garbage, so nothing can be exempt; and to come after garbage that is known
// is no collection.
void heap_enable(struct heap *h, bool on) {
    (void)h;
    (void)on;
}

#include "parts/no_freezing.h"

// --------------------------------------------------------------------------------------- lifecycle
struct heap *heap_new(const struct heap_config *config) {
    struct heap *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    if (counted_open(h, config, config->tunables[MEMORY] != 0) ||
        !(h->dead = h->top = waiting_open(STACK_BYTES))) {
        heap_free(h);
        return NULL;
    }
    h->release_budget = (size_t)config->tunables[RELEASE_BUDGET];
    return h;
}

void heap_free(struct heap *h) {
    if (!h)
        return;
    h->listener = (struct heap_listener){0};
    if (h->dead && !pool_walks_all(&h->pool)) { // the pool does not know what to give back
        while (h->roots.top)
            heap_leave(h);
        heap_drain_slow(h, SIZE_MAX);
    }
    waiting_close(h->dead, STACK_BYTES);
    counted_close(h);
}

// ------------------------------------------------------------------------------------------ checks
static const char *verify_dead(struct heap *h) {
    for (struct heap_object **entry = h->dead; entry < h->top; entry++)
        if (counted_count(*entry) != COUNTED_FOREVER || counted_kind(*entry) == HEAP_ATOM)
            return "what waits to be freed is a container without a reference";
    return waiting_verify(h);
}

const char *heap_verify(struct heap *h) {
    if (h->pausing)
        return "no collection is running between operations";
    if (h->top < h->dead || h->top >= h->dead + STACK_BYTES / sizeof *h->dead)
        return "there is room on the stack for one more object";
    const char *broken = verify_dead(h);
    return broken ? broken : counted_verify(h);
}
