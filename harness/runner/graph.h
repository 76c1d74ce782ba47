// graph.h - walks over everything reachable: a checksum that is the same for equal graphs on every
// strategy, and how much is live.
//
// Objects are numbered in breadth-first order from the registers given, references in slot order.
// That numbering is canonical: two heaps give the same checksum exactly when their reachable graphs
// are isomorphic with equal kinds, lengths and payloads (up to collisions of a 64-bit hash).

#ifndef HEAPBENCH_GRAPH_H
#define HEAPBENCH_GRAPH_H

#include "heap.h"

struct graph {
    uint64_t checksum;
    uint64_t objects; // reachable, small ints included
    uint64_t edges;   // non-empty references, those of the registers not included
};

// What is live, as the heap's counters would count it: small ints are in no counter.
struct graph_live {
    uint64_t objects, bytes; // requested bytes, see HEAP_COUNTERS
};

// graph_read - walk from count registers. Works through the contract alone, without a safepoint,
// and leaves the registers as they are; counters of the heap move.
//   returns  0, or ENOMEM with *out unset
int graph_read(struct heap *h, const struct heap_reg *registers, size_t count, struct graph *out);

// graph_measure - how much is live from count registers. As graph_read, but asks for the small ints
// first, which are safepoints.
//   returns  0, or ENOMEM with *out unset
int graph_measure(struct heap *h, const struct heap_reg *registers, size_t count,
                  struct graph_live *out);

#endif
