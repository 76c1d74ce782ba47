// intern.c - the table of interned atoms grows, and forgets the dead.

#include "parts/intern.h"

#include <assert.h>
#include <errno.h>

enum { INTERN_FIRST_CAPACITY = 1024 }; // entries; 16 kB

void intern_init(struct intern_table *t, struct memory *memory) {
    *t = (struct intern_table){.memory = memory};
}

static size_t intern_bytes(const struct intern_table *t) {
    return t->entries ? (t->mask + 1) * sizeof *t->entries : 0;
}

void intern_free(struct intern_table *t) {
    memory_free(t->memory, t->entries, intern_bytes(t));
    *t = (struct intern_table){.memory = t->memory};
}

int intern_reserve_slow(struct intern_table *t) {
    struct intern_table grown = *t;
    size_t capacity = t->entries ? (t->mask + 1) * 2 : INTERN_FIRST_CAPACITY;
    grown.entries = memory_malloc(t->memory, capacity * sizeof *grown.entries);
    if (!grown.entries)
        return ENOMEM;
    memset(grown.entries, 0, capacity * sizeof *grown.entries);
    grown.mask = capacity - 1;
    for (size_t i = 0; t->entries && i <= t->mask; i++) {
        if (!t->entries[i].object)
            continue;
        size_t j = t->entries[i].hash & grown.mask;
        while (grown.entries[j].object)
            j = (j + 1) & grown.mask;
        grown.entries[j] = t->entries[i];
    }
    memory_free(t->memory, t->entries, intern_bytes(t));
    *t = grown;
    return 0;
}

// Empty entry i and close the gap: an entry further on moves back unless it would pass its home.
static void intern_vacate(struct intern_table *t, size_t i) {
    for (size_t j = (i + 1) & t->mask; t->entries[j].object; j = (j + 1) & t->mask) {
        size_t home = t->entries[j].hash & t->mask;
        if (((j - home) & t->mask) >= ((j - i) & t->mask)) {
            t->entries[i] = t->entries[j];
            i = j;
        }
    }
    t->entries[i].object = NULL;
    t->count--;
}

void intern_remove(struct intern_table *t, uint64_t hash, const struct heap_object *object) {
    size_t i = hash & t->mask;
    while (t->entries[i].object != object) {
        assert(t->entries[i].object && "an interned atom is in the table");
        i = (i + 1) & t->mask;
    }
    intern_vacate(t, i);
}

void intern_retain(struct intern_table *t,
                   struct heap_object *(*keep)(void *context, struct heap_object *object),
                   void *context) {
    if (!t->entries)
        return;
    // Start after an empty entry, so that no run is entered in its middle and an entry moved back
    // by intern_vacate is always one that has not been visited yet.
    size_t start = 0;
    while (t->entries[start].object)
        start++;
    for (size_t n = 0, i = start; n <= t->mask; n++, i = (i + 1) & t->mask) {
        while (t->entries[i].object) {
            struct heap_object *kept = keep(context, t->entries[i].object);
            if (kept) {
                t->entries[i].object = kept;
                break;
            }
            intern_vacate(t, i);
        }
    }
}
