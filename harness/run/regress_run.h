// regress_run.h - the fixed set of small programs, and what a strategy counts in them.

#ifndef HEAPBENCH_REGRESS_RUN_H
#define HEAPBENCH_REGRESS_RUN_H

#include "model/catalog.h"

struct regress {
    struct catalog *catalog;
    char *dir;   // a temporary folder for the records
    char *input; // for workloads that read some; in the baseline's folder
};

// regress_start - bench_dir may be NULL, as for catalog_load. The baseline's input.txt must be
// there; with make_input it is made.
//   returns  false with one line in error
bool regress_start(struct regress *regress, const char *bench_dir, const char *baseline,
                   bool make_input, char *error, size_t error_bytes);
void regress_end(struct regress *regress);

// regress_strategy - run every workload at its defaults, and once with each other value of each of
// its choices.
//   returns  {"schema", "steps", "seed", "programs": {"workload[params]": {"outcome", "counters",
//            "graph", "leaked_bytes", "leaked_objects", "observed", "setup_counters"}}}; NULL, told
//            on stderr, when nothing could be run
json_t *regress_strategy(const struct regress *regress, const struct subject *strategy);

#endif
