// cell.h - one point of the matrix and its key.

#ifndef HEAPBENCH_CELL_H
#define HEAPBENCH_CELL_H

#include <jansson.h>

// params and tunables hold what differs from the declared defaults: "name=value;name=value" in declared
// order, "" when nothing does. The key is made of the five other fields; see results/README.md.
struct cell {
    char *workload, *params, *strategy, *tunables, *backing;
    char *key;
};

// cell_new - copies its arguments and makes the key. Exits the program when there is no memory.
struct cell *cell_new(const char *workload, const char *params, const char *strategy,
                      const char *tunables, const char *backing);
void cell_free(struct cell *cell);

// cell_json - an element of `cells` in a manifest: an object with the key and its parts.
json_t *cell_json(const struct cell *cell);

#endif
