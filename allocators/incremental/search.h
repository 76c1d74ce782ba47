// search.h - incremental: the search of a set of containers for garbage.

#ifndef HEAPBENCH_SEARCH_H
#define HEAPBENCH_SEARCH_H

#include "heap.h"

// A set, and what came of it.
struct collection {
    struct heap *h;
    struct incremental_link set; // linked forwards only: containers keep a count instead
    size_t size;                 // containers in the set
    size_t garbage;              // of them
    uint64_t edges;              // references followed
    uint64_t promoted;           // survivors that were new
};

void search_begin(struct collection *c, struct heap *h);

// search_add - put a container, which is in no queue, into the set.
FAST void search_add(struct collection *c, struct incremental_link *l) {
    ((struct incremental_link *)c->set.prev)->next = l;
    l->next = &c->set;
    l->prev = INCREMENTAL_COLLECTING | (l->prev & INCREMENTAL_NEW);
    c->set.prev = (uintptr_t)l;
    c->size++;
}

// search_add_all - move all of a queue into the set.
void search_add_all(struct collection *c, struct incremental_link *queue);

// search_end - move the survivors to the end of the visited queue, in the order of the set as
// far as it was needless to pass them over, and free the garbage.
void search_end(struct collection *c);

#endif
