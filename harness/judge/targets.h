// targets.h - what strategies are held against: a table of figures, each with the most it may be.
//
// A target is a figure of one cell, divided by the same figure of another cell in the same block, or
// by a number of units. The table is a JSON file (tests/probes/targets.json):
//
//   {"targets": [{
//      "what":    "CPU",                                  the figure in words
//      "figure":  "cpu_ns_per_step",                      a metric of cells.csv, or instructions_per_step
//      "ours":    "binary_trees/refcount/glibc",          a cell's key (results/README.md), or a list
//      "against": "binary_trees/cpython[enabled=off]/glibc",   left out: the figure itself
//      "per":     "objects_visited" or 1000,              what the figure is divided by; left out: 1
//      "unit":    "ns",                                   of an absolute figure, after the division
//      "at_most": 0.33}]}

#ifndef HEAPBENCH_TARGETS_H
#define HEAPBENCH_TARGETS_H

#include "model/catalog.h"
#include "model/cell.h"

#include <stdbool.h>

// instructions_per_step is counted by callgrind, not read from a record.
#define TARGET_INSTRUCTIONS "instructions_per_step"

struct target {
    const char *what, *figure, *unit;
    struct cell *ours, *against; // against may be NULL
    const char *per;             // a metric, or NULL
    double per_number;           // when per is NULL
    double at_most;
};

struct targets {
    json_t *json; // owns the texts
    struct target *list;
    size_t count;
};

// targets_load - the table, of which only targets are kept whose cells' keys contain `only` (NULL:
// all), with a list of cells taken apart. A cell of a strategy that is not built here is left out,
// with a note on stderr.
//   returns  false with one line in error: no such file, not that form, unknown names or values
bool targets_load(struct targets *targets, const char *path, const struct catalog *catalog,
                  const char *only, char *error, size_t error_bytes);
void targets_free(struct targets *targets);

#endif
