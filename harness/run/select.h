// select.h - the names and settings that a user typed, checked against the catalog.

#ifndef HEAPBENCH_SELECT_H
#define HEAPBENCH_SELECT_H

#include "model/catalog.h"
#include "model/values.h"
#include "options.h"

// An axis to sweep: a tunable of a strategy, or a parameter of a workload.
struct select_axis {
    bool is_param;
    size_t owner;   // index of the strategy or the workload in the catalog
    size_t setting; // index in its table
    double *values;
    size_t count;
};

struct selection {
    const struct catalog *catalog;
    size_t *strategies, strategy_count; // indexes in the catalog, rising
    size_t *workloads, workload_count;
    struct names backings;
    struct values *tunables; // one for each strategy of the catalog: defaults, presets, --set
    struct values *params;   // one for each workload of the catalog: defaults, presets, --param
    const json_t **presets;  // likewise: the preset that --preset named, or NULL
    struct select_axis *axes;
    size_t axis_count;
    bool axes_named;       // by --sweep, instead of the declared ones
    bool strategies_named; // by --strategy
    bool workloads_named;  // by --workload
    bool backings_named;   // by --backing
};

// selection_new - returns NULL with one line in error that says what would be accepted.
struct selection *selection_new(const struct catalog *catalog, const struct options *options,
                                char *error, size_t error_bytes);
void selection_free(struct selection *s);

#endif
