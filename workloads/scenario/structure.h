// structure.h - makes a structure of a shape in a heap. Inlined into each workload that makes some.

#ifndef HEAPBENCH_SCENARIO_STRUCTURE_H
#define HEAPBENCH_SCENARIO_STRUCTURE_H

#include "shape.h"
#include "workload.h"

#include <string.h>

// structure_new_node - dst = a node whose payload is filled with its number. Returns 0 or ENOMEM.
static inline int structure_new_node(struct heap *h, struct heap_reg *dst, size_t slots,
                                     size_t payload, size_t number) {
    int error = heap_new_node(h, dst, slots, payload);
    if (!error && payload) // to call memset for nothing takes 26 instructions a node
        memset(heap_payload(h, dst), (int)(number & 0xFF), payload);
    return error;
}

// structure_link - make a structure of s->nodes nodes, which is cyclic with that probability.
static inline void structure_link(struct mutator *m, const struct shape *s, struct heap_reg *nodes,
                                  double cyclic) {
    size_t edges = mutator_chance(m, cyclic) ? s->all_edges : s->open_edges;
    for (const struct shape_edge *e = s->edges; e < s->edges + edges; e++)
        heap_store(m->heap, &nodes[e->from], e->slot, &nodes[e->to]);
}

// structure_build - dst = node 0 of a new structure. Its frame is the program's own variables, as
// of a function that makes nodes and then links them. Returns 0 or ENOMEM.
static inline int structure_build(struct mutator *m, const struct shape *s, struct heap_reg *dst,
                                  size_t payload, double cyclic) {
    struct heap_reg *nodes = heap_enter(m->heap, s->nodes);
    if (!nodes)
        return ENOMEM;
    int error = 0;
    for (size_t i = 0; i < s->nodes && !error; i++)
        error = structure_new_node(m->heap, &nodes[i], s->slots[i], payload, i);
    if (!error) {
        structure_link(m, s, nodes, cyclic);
        heap_copy(m->heap, dst, &nodes[0]);
    }
    heap_leave(m->heap);
    return error;
}

#endif
