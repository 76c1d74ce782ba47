// run.h - heapbench run, work and claims.

#ifndef HEAPBENCH_RUN_H
#define HEAPBENCH_RUN_H

#include "run/plan.h"

// The subcommands; argv[0] is the name. They return an exit status (base/status.h).
int run_main(int argc, char **argv);
int work_main(int argc, char **argv);
int claims_main(int argc, char **argv);

// run_plan - run a plan that is there; flags in options narrow it.
//   json    gets what the flags changed
//   report  make tables and plots, and let results/latest point there
//   returns an exit status (base/status.h)
int run_plan(struct options *o, json_t *json, const struct catalog *c, bool report, int argc,
             char **argv);

#endif
