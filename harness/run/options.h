// options.h - what `heapbench run` was asked to do. Names are not checked here: that takes the
// catalog.

#ifndef HEAPBENCH_OPTIONS_H
#define HEAPBENCH_OPTIONS_H

#include "base/names.h"

#include <stdint.h>

struct options {
    bool help, full, dry_run;
    struct names strategies, workloads, backings; // none named: all, by the rules of plan.h
    // As typed: "threshold0=70,700", "refcount.memory=malloc", "cycles.shape=tree", "py3.13"
    struct names sweeps, sets, params, presets;
    uint64_t blocks; // 0: not given; options_finish then sets it
    uint64_t seed;
    double steps_factor;       // 0: not given
    uint64_t steps;            // of every invocation; 0: the workload's own times steps_factor
    uint64_t heap_limit_bytes; // 0: none
    double timeout_s;          // 0: not given
    double budget_s;           // 0: none; below 0: not given
    char *input, *out, *resume, *bench_dir; // NULL: not given
};

// options_parse - argv[0] is the subcommand. Prints --help itself, and sets options->help.
//   returns  false with one line in error
bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes);
void options_free(struct options *o);

#endif
