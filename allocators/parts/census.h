// census.h - a set of objects, each with the number of references that were found to it: for
// heap_verify.
//
// It takes memory straight from malloc, so that checking a heap changes nothing about it. It knows
// nothing of an object's layout. Entries keep their index, so a walk may go on while entries are
// added after it.

#ifndef HEAPBENCH_CENSUS_H
#define HEAPBENCH_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct census_entry {
    struct heap_object *object;
    uint64_t references;
};

struct census {
    struct census_entry *entries;
    size_t count, capacity; // capacity: a power of two, or 0
    size_t *index;          // open addressing over 2 * capacity: 1 + an entry's index, or 0
};

// census_find - the object's entry, or NULL; valid until the next census_add.
struct census_entry *census_find(const struct census *c, const struct heap_object *object);

// census_add - a new entry, for an object that has none. Returns NULL when there is no memory.
struct census_entry *census_add(struct census *c, struct heap_object *object);

// census_free - accepts a zeroed struct, which is also how a census starts.
void census_free(struct census *c);

#endif
