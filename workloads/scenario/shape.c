// shape.c - works out the edges of a structure.

#include "shape.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { BINARY = 2, BTREE_CHILDREN = 16 };
static const size_t NO_NODE = SIZE_MAX;

// Slots of a node: in trees, its children, then its parent. A record of a b-tree has no children.
static size_t shape_slots(enum shape_kind kind, size_t nodes, size_t node) {
    switch (kind) {
    case SHAPE_RING:
    case SHAPE_QUEUE:
        return 1;
    case SHAPE_TREE:
        return BINARY + 1;
    case SHAPE_BTREE:
        return node * BTREE_CHILDREN + 1 < nodes ? BTREE_CHILDREN + 1 : 1;
    default:
        return 2;
    }
}

// A complete tree, numbered level by level.
static size_t shape_tree_target(size_t children, bool is_parent, size_t node, size_t slot) {
    if (is_parent)
        return node ? (node - 1) / children : NO_NODE;
    return node * children + 1 + slot;
}

// The number that a slot refers to; NO_NODE, or one that is not below nodes: it stays empty.
static size_t shape_target(enum shape_kind kind, size_t nodes, size_t node, size_t slot) {
    bool is_last = slot + 1 == shape_slots(kind, nodes, node);
    switch (kind) {
    case SHAPE_RING:
        return (node + 1) % nodes;
    case SHAPE_QUEUE:
        return node;
    case SHAPE_TREE:
        return shape_tree_target(BINARY, is_last, node, slot);
    case SHAPE_BTREE:
        return shape_tree_target(BTREE_CHILDREN, is_last, node, slot);
    case SHAPE_DLL:
        return is_last ? node - 1 : node + 1; // node 0 has none before it: wraps to NO_NODE
    default:
        return is_last ? node : node + 1;
    }
}

static void shape_list_edges(struct shape *s, enum shape_kind kind, bool closing) {
    for (size_t node = 0; node < s->nodes; node++)
        for (size_t slot = 0; slot < s->slots[node]; slot++) {
            size_t to = shape_target(kind, s->nodes, node, slot);
            if (to < s->nodes && (to <= node) == closing)
                s->edges[s->all_edges++] =
                    (struct shape_edge){(uint32_t)node, (uint32_t)slot, (uint32_t)to};
        }
}

int shape_plan(struct shape *s, enum shape_kind kind, size_t nodes) {
    *s = (struct shape){.nodes = nodes, .slots = malloc(nodes * sizeof *s->slots)};
    if (!s->slots)
        return ENOMEM;
    size_t slots = 0;
    for (size_t node = 0; node < nodes; node++)
        slots += s->slots[node] = (uint16_t)shape_slots(kind, nodes, node);
    s->edges = malloc(slots * sizeof *s->edges);
    if (!s->edges)
        return ENOMEM;
    shape_list_edges(s, kind, false);
    s->open_edges = s->all_edges;
    shape_list_edges(s, kind, true);
    return 0;
}

void shape_free(struct shape *s) {
    free(s->slots);
    free(s->edges);
    *s = (struct shape){0};
}
