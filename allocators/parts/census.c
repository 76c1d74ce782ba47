// census.c - a set of objects as an array and a hash index.

#include "parts/census.h"

#include <stdlib.h>

enum { CENSUS_FIRST_CAPACITY = 256 };

// Where the object's index is, or belongs. There is always an empty place: the table is half full
// at most.
static size_t *census_place(const struct census *c, const struct heap_object *object) {
    size_t mask = c->capacity * 2 - 1;
    size_t i = (size_t)(((uint64_t)(uintptr_t)object * 0x9E3779B97F4A7C15u) >> 20) & mask;
    while (c->index[i] && c->entries[c->index[i] - 1].object != object)
        i = (i + 1) & mask;
    return &c->index[i];
}

struct census_entry *census_find(const struct census *c, const struct heap_object *object) {
    size_t entry = c->capacity ? *census_place(c, object) : 0;
    return entry ? &c->entries[entry - 1] : NULL;
}

static bool census_grow(struct census *c) {
    size_t capacity = c->capacity ? c->capacity * 2 : CENSUS_FIRST_CAPACITY;
    struct census_entry *entries = realloc(c->entries, capacity * sizeof *entries);
    if (entries)
        c->entries = entries;
    size_t *index = calloc(capacity * 2, sizeof *index);
    if (!entries || !index) {
        free(index);
        return false;
    }
    free(c->index);
    c->index = index;
    c->capacity = capacity;
    for (size_t i = 0; i < c->count; i++)
        *census_place(c, c->entries[i].object) = i + 1;
    return true;
}

struct census_entry *census_add(struct census *c, struct heap_object *object) {
    if (c->count == c->capacity && !census_grow(c))
        return NULL;
    struct census_entry *e = &c->entries[c->count];
    *e = (struct census_entry){.object = object};
    *census_place(c, object) = ++c->count;
    return e;
}

void census_free(struct census *c) {
    free(c->entries);
    free(c->index);
    *c = (struct census){0};
}
