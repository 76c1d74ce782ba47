// guards.h - guarded objects, and those that were found unreachable and wait to be handed back.
//
// One array holds both: those that wait from its start on, oldest first, and, where a strategy has
// to look them up after marking, the guarded ones at its end. Each moves from one part to the
// other, so the room that heap_guard asked for is there when an object is found unreachable: no
// collection and no release needs memory for it. A strategy that finds a guarded object by a flag
// of its own leaves the end of the array unused, and keeps the number alone.
//
// Source: Dybvig, Bruggeman, Eby, "Guardians in a generation-based garbage collector", PLDI 1993.

#ifndef HEAPBENCH_GUARDS_H
#define HEAPBENCH_GUARDS_H

#include <stdbool.h>
#include <stddef.h>

#include "parts/memory.h"

struct guards {
    struct memory *memory;
    struct heap_object **entries;
    size_t capacity;
    size_t first, end; // those that wait
    size_t guarded;    // the last ones of the array; first <= end <= capacity - guarded
};

void guards_init(struct guards *g, struct memory *memory);
void guards_free(struct guards *g);

// guards_bytes - of the array, for those that account for all memory.
static inline size_t guards_bytes(const struct guards *g) {
    return g->capacity * sizeof *g->entries;
}

// guards_reserve - room for one more guarded object. Returns 0 or ENOMEM.
// guards_add - there is one more, for which there is room; noted for guards_sort. guards_count -
// the same, not noted.
int guards_reserve(struct guards *g);
void guards_add(struct guards *g, struct heap_object *o);
static inline void guards_count(struct guards *g) {
    g->guarded++;
}

// guards_wait - a guarded object, which was not noted, waits from now on.
static inline void guards_wait(struct guards *g, struct heap_object *o) {
    g->entries[g->end++] = o;
    g->guarded--;
}

// guards_sort - visit all noted objects once; keep(context, object) returns the object, its new
// address, or NULL: it waits from now on. Those that do are the last of the waiting.
void guards_sort(struct guards *g,
                 struct heap_object *(*keep)(void *context, struct heap_object *object),
                 void *context);

// guards_any - whether an object waits. guards_take - the one that has waited longest.
static inline bool guards_any(const struct guards *g) {
    return g->first != g->end;
}

struct heap_object *guards_take(struct guards *g);

// GUARDS_EACH - runs the statement that follows for the place of every object that waits.
#define GUARDS_EACH(g, place)                                                                      \
    for (size_t at_ = (g)->first; at_ < (g)->end; at_++)                                           \
        for (struct heap_object **place = &(g)->entries[at_]; place; place = NULL)

#endif
