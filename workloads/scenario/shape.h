// shape.h - small graphs by number: how many nodes, how many slots each, which slot refers to
// which.
//
// The nodes of a structure are numbered so that its edges fall into two kinds. Edges to a higher
// number reach every node from node 0. Edges to the same or a lower number close cycles; a
// structure that is not cyclic does without them, and is otherwise the same.
//
//   ring   each node refers to the next, the last one to the first
//   dll    a doubly linked list: next and previous
//   tree   a binary tree; children refer to their parent
//   self   a list whose nodes each refer to themselves as well
//   btree  records under nodes of 16 children; children refer to their parent (the second shape of
//          nascheme/cyclotron, whose first is the ring)
//   queue  nodes that refer to themselves alone

#ifndef HEAPBENCH_SCENARIO_SHAPE_H
#define HEAPBENCH_SCENARIO_SHAPE_H

#include <stddef.h>
#include <stdint.h>

enum shape_kind { SHAPE_RING, SHAPE_DLL, SHAPE_TREE, SHAPE_SELF, SHAPE_BTREE, SHAPE_QUEUE };
#define SHAPE_NAMES "ring", "dll", "tree", "self", "btree", "queue"

struct shape_edge {
    uint32_t from, slot, to;
};

struct shape {
    size_t nodes;
    uint16_t *slots;          // of each node
    struct shape_edge *edges; // to higher numbers, ordered by `from`; then those that close cycles
    size_t open_edges;        // how many go to higher numbers
    size_t all_edges;
};

// shape_plan - the tables of a structure of so many nodes, at least 1. Returns 0 or ENOMEM.
// shape_free - accepts a zeroed struct, and leaves one.
int shape_plan(struct shape *s, enum shape_kind kind, size_t nodes);
void shape_free(struct shape *s);

#endif
