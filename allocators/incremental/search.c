// search.c - incremental: trial deletion in a set that is a queue. See search.h, and
// parts/counted/trial.h.
//
// While a container is in the set, and not known to survive,
//   * its space is INCREMENTAL_COLLECTING;
//   * its link backwards is not needed, and holds how many references from the set it has, until
//   * it is passed over: in the queue `garbage`, linked both ways, with PASSED_OVER in the link
//     forwards. A survivor that refers to it puts it back at the end of the set.
// Survivors regain their link backwards, and get the space of the visited queue.

#include "search.h"

#include "parts/counted/trial.h"

#define PASSED_OVER ((uintptr_t)1)
enum { INTERNAL_SHIFT = 3 };
#define INTERNAL_ONE ((uintptr_t)1 << INTERNAL_SHIFT)

void search_begin(struct collection *c, struct heap *h) {
    c->h = h;
    c->size = c->garbage = c->noted = 0;
    c->edges = c->promoted = 0;
    queue_init(&c->set);
}

void search_add_all(struct collection *c, struct incremental_link *queue) {
    if (queue_is_empty(queue))
        return;
    struct incremental_link *first = queue->next, *last = (struct incremental_link *)queue->prev;
    for (struct incremental_link *l = first; l != queue; l = l->next) {
        l->prev = INCREMENTAL_COLLECTING | (l->prev & INCREMENTAL_NEW);
        c->size++;
        search_note(c, l);
    }
    ((struct incremental_link *)c->set.prev)->next = first;
    last->next = &c->set;
    c->set.prev = (uintptr_t)last;
    queue_init(queue);
}

// ----------------------------------------------------------------------------- counting references
FAST bool is_collecting(const struct collection *c, const struct heap_object *o) {
    (void)c;
    return incremental_space(incremental_link(o)) == INCREMENTAL_COLLECTING;
}

FAST void count_internal(struct heap_object *o) {
    incremental_link(o)->prev += INTERNAL_ONE;
}

static void count_references(struct collection *c) {
    uint64_t edges = 0;
    size_t i = 0;
    for (struct incremental_link *l = c->set.next; l != &c->set; l = l->next) {
        search_prefetch(c, i++);
        trial_count_references(c, incremental_object(l), is_collecting, count_internal, &edges,
                               false);
    }
    c->edges += edges;
}

// -------------------------------------------------------------------------------------- separation
static struct incremental_link *passed_next(const struct incremental_link *l) {
    return (struct incremental_link *)((uintptr_t)l->next & ~PASSED_OVER);
}

FAST bool is_passed_over(const struct incremental_link *l) {
    return (uintptr_t)l->next & PASSED_OVER;
}

FAST void set_passed_next(struct incremental_link *l, struct incremental_link *next) {
    l->next = (struct incremental_link *)((uintptr_t)next | PASSED_OVER);
}

FAST void pass_over(struct incremental_link *garbage, struct incremental_link *l) {
    struct incremental_link *last = (struct incremental_link *)garbage->prev;
    l->prev = (uintptr_t)last | (l->prev & INCREMENTAL_FLAGS);
    set_passed_next(l, garbage);
    set_passed_next(last, l);
    garbage->prev = (uintptr_t)l;
}

// It survives when the set is looked at up to its new place, having no reference from inside.
FAST void put_back(struct collection *c, struct incremental_link *l) {
    struct incremental_link *prev = queue_prev(l), *next = passed_next(l);
    set_passed_next(prev, next);
    next->prev = (uintptr_t)prev | (next->prev & INCREMENTAL_FLAGS);
    c->garbage--;
    c->size--;
    search_add(c, l);
}

FAST void follow_references(struct collection *c, const struct heap_object *o) {
    struct heap_object **slots = counted_slots(o);
    size_t length = counted_length(o);
    for (size_t j = 0; j < length; j++) {
        if (!slots[j] || counted_is_atom(slots[j]) || !is_collecting(c, slots[j]))
            continue;
        struct incremental_link *l = incremental_link(slots[j]);
        if (is_passed_over(l))
            put_back(c, l);
        else
            l->prev &= INCREMENTAL_FLAGS; // no reference from inside: survives when it is reached
    }
}

// Leaves the survivors in the set, which is a queue again. (When the last of the set is passed over
// its end is not known, and not needed, any more.)
static void separate(struct collection *c, struct incremental_link *garbage) {
    struct incremental_link *before = &c->set, *next;
    size_t i = 0, passed = 0;
    for (struct incremental_link *l = c->set.next; l != &c->set; l = next) {
        struct heap_object *o = incremental_object(l);
        search_prefetch(c, i++);
        if (l->prev >> INTERNAL_SHIFT == o->count) {
            next = before->next = l->next;
            pass_over(garbage, l);
            c->garbage++;
            if (passed < SEARCH_NOTED)
                c->notes[passed++] = l;
            continue;
        }
        c->promoted += (l->prev & INCREMENTAL_NEW) != 0;
        l->prev = (uintptr_t)before | c->h->visited;
        follow_references(c, o);
        before = l;
        next = l->next;
    }
    c->set.prev = (uintptr_t)before;
    c->noted = passed;
}

// Garbage that is guarded, and all that it refers to, survives after all, once the other survivors have left
// the set (CPython 3.14, finalize_garbage and handle_resurrected_garbage).
static void hand_back(struct collection *c, struct incremental_link *garbage) {
    struct incremental_link *next;
    for (struct incremental_link *l = passed_next(garbage); l != garbage; l = next) {
        struct heap_object *o = incremental_object(l);
        next = passed_next(l);
        if (!counted_is_guarded(o))
            continue;
        counted_raise(c->h, o);
        counted_unguard(c->h, o);
        put_back(c, l);
    }
    separate(c, garbage);
    queue_merge(&c->set, &c->h->old[c->h->visited]);
}

// -------------------------------------------------------------------------------------- untracking
static void untrack_tuples(struct collection *c) {
    struct incremental_link *next;
    for (struct incremental_link *l = c->set.next; l != &c->set; l = next) {
        struct heap_object *o = incremental_object(l);
        next = l->next;
        if (!counted_is_special(o) || incremental_holds_tracked(o))
            continue;
        queue_remove(l);
        c->h->tuples--;
        heap_untrack_tuple_slow(c->h, o);
    }
}

// ----------------------------------------------------------------------------------------- garbage
// What dies outside is in other queues by now.
static void free_garbage(struct collection *c, struct incremental_link *garbage) {
    struct heap *h = c->h;
    struct incremental_link *next;
    size_t i = 0, j = 0;
    for (struct incremental_link *l = passed_next(garbage); l != garbage; l = passed_next(l)) {
        search_prefetch(c, i++);
        (void)trial_release_outside(h, c, incremental_object(l), is_collecting);
    }
    for (struct incremental_link *l = passed_next(garbage); l != garbage; l = next) {
        next = passed_next(l);
        search_prefetch(c, j++);
        size_t bytes = counted_free(h, incremental_object(l));
        HEAP_COUNT(h->common.counters.bytes_freed += bytes);
    }
    HEAP_COUNT(h->common.counters.objects_freed += c->garbage);
    h->heap_size -= (int64_t)c->garbage;
}

void search_end(struct collection *c) {
    struct incremental_link garbage;
    struct heap_counters *counters = &c->h->common.counters;
    queue_init(&garbage);
    count_references(c);
    separate(c, &garbage);
    if (c->h->tuples)
        untrack_tuples(c);
    queue_merge(&c->set, &c->h->old[c->h->visited]);
    if (c->h->common.guards.guarded)
        hand_back(c, &garbage);
    free_garbage(c, &garbage);
    counters->objects_visited += c->size;
    counters->edges_visited += c->edges;
    HEAP_COUNT(counters->objects_collected += c->garbage);
    counters->objects_promoted += c->promoted;
}
