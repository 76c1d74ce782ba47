// search.h - incremental: the search of a set of containers for garbage.

#ifndef HEAPBENCH_SEARCH_H
#define HEAPBENCH_SEARCH_H

#include "heap.h"

// Of a set that does not fit the L1 cache, each pass would wait for one link after the other. So the first that are met
// are noted, to be prefetched so many ahead in the passes after.
enum { SEARCH_NOTED = 2048, SEARCH_AHEAD = 8 };

// A set, and what came of it.
struct collection {
    struct heap *h;
    struct incremental_link set; // linked forwards only: containers keep a count instead
    size_t size;                 // containers in the set
    size_t garbage;              // of them
    uint64_t edges;              // references followed
    uint64_t promoted;           // survivors that were new
    size_t noted;
    struct incremental_link *notes[SEARCH_NOTED]; // in the order of the set, then of the garbage
};

void search_begin(struct collection *c, struct heap *h);

FAST void search_note(struct collection *c, struct incremental_link *l) {
    if (c->noted < SEARCH_NOTED)
        c->notes[c->noted++] = l;
}

FAST void search_prefetch(const struct collection *c, size_t i) {
    if (i + SEARCH_AHEAD < c->noted)
        __builtin_prefetch(c->notes[i + SEARCH_AHEAD], 1);
}

// search_add - put a container, which is in no queue, into the set.
FAST void search_add(struct collection *c, struct incremental_link *l) {
    ((struct incremental_link *)c->set.prev)->next = l;
    l->next = &c->set;
    l->prev = INCREMENTAL_COLLECTING | (l->prev & INCREMENTAL_NEW);
    c->set.prev = (uintptr_t)l;
    c->size++;
    search_note(c, l);
}

// search_add_all - move all of a queue into the set.
void search_add_all(struct collection *c, struct incremental_link *queue);

// search_end - move the survivors to the end of the visited queue, in the order of the set as
// far as it was needless to pass them over, and free the garbage.
void search_end(struct collection *c);

#endif
