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
    uint32_t born;      // of a container its number in the recording; 0: it was there before
    uint32_t held;      // in the garbage's `links`, the first + 1: clusters that refer to it
};

// Garbage of one collection, as it is read.
//   since  when it was last seen, or when the last reference to it was given up: a time
//   edges  where its own begin in `edge`; they end where those of the next one begin
struct garbage_object {
    uint32_t container, slot, since, edges;
};

// A cluster that refers to what was alive when it was found, and may have died since. While it is not collected, nor is that.
struct garbage_link {
    uint32_t cluster, next; // the next one's index + 1
};

struct garbage {
    struct garbage_object *objects;
    size_t count, room;
    struct grow_list edge;  // slots
    struct grow_list owned; // slots that have got an owner
    struct garbage_link *links;
    size_t link_count, link_room;
};

// garbage_cluster - add its clusters to the model, and empty it.
//   found_at  when it was found
void garbage_cluster(struct garbage *g, struct model *m, struct model_slot *slots,
                     uint32_t found_at);
// garbage_die - a container in a slot dies by its count, though garbage that is listed refers to it: it becomes a cluster.
void garbage_die(struct garbage *g, struct model *m, const struct model_slot *slot, int64_t bytes);
// garbage_join - a container dies with the last of these clusters, of so many bytes.
void garbage_join(struct model *m, struct model_cluster *k, uint32_t container, int64_t bytes);
// garbage_link_all - list the children of all clusters, once all are there.
void garbage_link_all(struct model *m);
void garbage_free(struct garbage *g);

#endif
