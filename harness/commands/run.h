// run.h - how a plan is run, for `heapbench run` and for what makes runs of its own.

#ifndef HEAPBENCH_RUN_H
#define HEAPBENCH_RUN_H

#include "command.h"
#include "run/plan.h"

// run_plan - run a plan that is there; flags in options narrow it.
//   json    gets what the flags changed
//   report  make tables and plots, and let results/latest point there
//   returns an exit status (base/status.h)
int run_plan(struct options *o, json_t *json, const struct catalog *c, bool report,
             const struct call *call);

#endif
