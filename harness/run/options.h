// options.h - what `heapbench run` was asked to do: by its flags, and by the plan's members of the
// same meaning. Names are not checked here: that takes the catalog.

#ifndef HEAPBENCH_OPTIONS_H
#define HEAPBENCH_OPTIONS_H

#include "base/names.h"

#include <jansson.h>
#include <stdint.h>

struct options {
    bool help, dry_run, alone;
    char *plan;                                           // name or path
    struct names strategies, workloads, backings, inputs; // none named: all, as the plan says
    struct names builds; // other builds that do every cell too, see plan.h
    // As typed: "threshold0=70,700", "refcount.memory=malloc", "cycles.shape=tree", "py3.13"
    struct names sweeps, sets, params, presets;
    struct names grids, variants; // "threshold0=70,700,threshold1=5,10", "tuned=threshold0=50000"
    struct names incidents;       // names or paths; none: as the plan says
    struct names engine;          // its name or path, then NAME=VALUE for it; none: local
    struct names execs;           // interpreters.h: strategies of this run besides
    struct names cells;           // keys: these alone; none: as the plan says
    uint64_t blocks, seed;
    uint64_t seeds; // how many blocks take turns with, from seed on
    double steps_factor;
    uint64_t steps;            // of every invocation; 0: the workload's own times steps_factor
    uint64_t heap_limit_bytes; // 0: none
    double timeout_s;
    double budget_s;                // 0: none
    bool retry_failed;              // with resume
    char *out, *resume, *bench_dir; // NULL: not given
};

// options_parse - argv[0] is the subcommand. Prints --help itself, and sets options->help. Numbers
// that are not given are out of their range until options_from_plan.
//   returns  false with one line in error
bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes);

// options_from_plan - take from a plan what no flag gave.
//   returns  false with one line in error that says what would be accepted
bool options_from_plan(struct options *o, const json_t *plan, char *error, size_t error_bytes);

// options_to_plan - write what holds now into a plan, so that it is complete without the flags.
void options_to_plan(const struct options *o, json_t *plan);

// options_has_axes - whether cells besides the base were asked for: they take the place of the
// plan's.
bool options_has_axes(const struct options *o);

// options_members - add the names of a plan's members that are these.
void options_members(struct names *names);
void options_free(struct options *o);

#endif
