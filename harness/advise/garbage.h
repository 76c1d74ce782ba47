// garbage.h - what hung together in the garbage that one collection found: clusters.

#ifndef HEAPBENCH_ADVISE_GARBAGE_H
#define HEAPBENCH_ADVISE_GARBAGE_H

#include "model.h"

// What is in a slot while a recording is read.
struct model_slot {
    uint32_t container; // its index + 1; 0: an atom, or nothing
    uint32_t words;     // of the block
    uint32_t garbage;   // its index + 1 in the garbage that is being clustered
    uint32_t owner;     // the cluster + 1 that refers to it, within a collection
    bool used;
};

// Garbage of one collection, as it is read.
//   since  when it was last seen, or when the last reference to it was given up: a time
//   edges  where its own begin in `edge`; they end where those of the next one begin
struct garbage_object {
    uint32_t container, slot, since, edges;
};

struct garbage {
    struct garbage_object *objects;
    size_t count, room;
    struct model_list edge;  // slots
    struct model_list owned; // slots that have got an owner
};

// garbage_cluster - add its clusters to the model, and empty it.
//   found_at  when it was found
void garbage_cluster(struct garbage *g, struct model *m, struct model_slot *slots,
                     uint32_t found_at);
void garbage_free(struct garbage *g);

#endif
