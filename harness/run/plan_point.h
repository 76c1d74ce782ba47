// plan_point.h - a point of the matrix while it is being planned; a part of plan.c.

#ifndef HEAPBENCH_PLAN_POINT_H
#define HEAPBENCH_PLAN_POINT_H

#include "plan.h"

// A point given by its values, which are its own copies.
struct plan_point {
    const struct catalog_workload *workload;
    const struct catalog_strategy *strategy;
    const char *backing;
    struct values params, tunables;
};

// plan_point - as the user's flags have it; indexes of the catalog.
struct plan_point plan_point(const struct selection *s, size_t workload, size_t strategy,
                             const char *backing);
void plan_point_free(struct plan_point *p);

// plan_runs - whether the strategy runs the workload, with the preset that was named for it.
bool plan_runs(const struct selection *s, size_t workload, size_t strategy);

// plan_take - add the cell, which the plan then owns, unless there is one with its key.
// plan_add - likewise the cell of a point.
//   returns  the one that is in the plan
const struct cell *plan_take(struct plan *plan, struct cell *cell);
const struct cell *plan_add(struct plan *plan, const struct plan_point *p);

// plan_presets - cells and entries of the workloads' presets; see plan.h.
void plan_presets(struct plan *plan, const struct selection *s, bool full);

#endif
