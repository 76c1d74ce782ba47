// packed.h - what an invocation measured, as bytes: a number for each metric, in order of metrics.
//
// Of a run of a million records these are most of run.db. Most numbers are whole and small, so a
// pair takes five bytes or so; by a row of a table for each it would be 32.

#ifndef HEAPBENCH_PACKED_H
#define HEAPBENCH_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zeroes is an empty one; the memory is kept for the next. Free `data`.
struct packed {
    unsigned char *data;
    size_t bytes, room;
    uint32_t last; // the metric that was added last
};

// packed_reset - empty.
void packed_reset(struct packed *p);

// packed_add - a number of a metric.
//   metric  a number of its own, greater than that which was added before; from 1
//   value   comes back bit by bit
void packed_add(struct packed *p, uint32_t metric, double value);

// A walk over the pairs, in order:
//   for (struct packed_walk walk = packed_first(data, bytes); walk.there; packed_next(&walk))
struct packed_walk {
    bool there;
    uint32_t metric;
    double value;
    const unsigned char *at, *end;
};

// packed_first - a walk that is at the first pair. It ends where bytes end that are no whole pair.
struct packed_walk packed_first(const void *data, size_t bytes);
void packed_next(struct packed_walk *walk);

#endif
