// guards.c - the array of guarded objects and of those that wait: it grows, and is sorted.

#include "parts/guards.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { GUARDS_FIRST_CAPACITY = 64, GUARDS_KEPT_CAPACITY = 1024 };

void guards_init(struct guards *g, struct memory *memory) {
    *g = (struct guards){.memory = memory};
}

void guards_free(struct guards *g) {
    memory_free(g->memory, g->entries, guards_bytes(g));
    guards_init(g, g->memory);
}

// The room before those that wait is gained.
static void guards_close_up(struct guards *g) {
    if (!g->first)
        return;
    memmove(g->entries, g->entries + g->first, (g->end - g->first) * sizeof *g->entries);
    g->end -= g->first;
    g->first = 0;
}

static int guards_grow(struct guards *g) {
    size_t capacity = g->capacity ? g->capacity * 2 : GUARDS_FIRST_CAPACITY;
    void *entries =
        memory_resize(g->memory, g->entries, guards_bytes(g), capacity * sizeof *g->entries);
    if (!entries)
        return ENOMEM;
    g->entries = entries;
    memmove(g->entries + capacity - g->guarded, g->entries + g->capacity - g->guarded,
            g->guarded * sizeof *g->entries);
    g->capacity = capacity;
    return 0;
}

// Closed up when that gains half of the array, so that it costs a constant per object.
int guards_reserve(struct guards *g) {
    if (g->end + g->guarded < g->capacity)
        return 0;
    if (g->capacity && g->first >= g->capacity / 2) {
        guards_close_up(g);
        return 0;
    }
    return guards_grow(g);
}

void guards_add(struct guards *g, struct heap_object *o) {
    g->entries[g->capacity - ++g->guarded] = o;
}

// The gap that one leaves is filled by the first of the noted ones, which has been visited, so that
// there is always room for those that wait.
void guards_sort(struct guards *g,
                 struct heap_object *(*keep)(void *context, struct heap_object *object),
                 void *context) {
    for (size_t i = g->capacity - g->guarded; i < g->capacity; i++) {
        struct heap_object *o = g->entries[i], *kept = keep(context, o);
        if (kept) {
            g->entries[i] = kept;
            continue;
        }
        g->entries[i] = g->entries[g->capacity - g->guarded];
        guards_wait(g, o);
    }
}

// An array that was large and is of no use any more is given back.
struct heap_object *guards_take(struct guards *g) {
    assert(guards_any(g));
    struct heap_object *o = g->entries[g->first++];
    if (guards_any(g))
        return o;
    g->first = g->end = 0;
    if (!g->guarded && g->capacity > GUARDS_KEPT_CAPACITY)
        guards_free(g);
    return o;
}
