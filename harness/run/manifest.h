// manifest.h - run.json: a run's plan and options, so that it can be resumed and its report made
// from it.

#ifndef HEAPBENCH_MANIFEST_H
#define HEAPBENCH_MANIFEST_H

#include "model/catalog.h"
#include "options.h"
#include "plan.h"

// manifest_new - see results/README.md.
json_t *manifest_new(const struct options *o, const struct catalog *c, const struct plan *plan,
                     int argc, char **argv);

// manifest_options - what invocations need of the options, from a manifest.
//   returns  false with one line in error when it is damaged
bool manifest_options(const json_t *manifest, struct options *o, char *error, size_t error_bytes);

// manifest_runnable - whether the catalog still has what the cells of a plan need.
//   returns  false with one line in error
bool manifest_runnable(const struct plan *plan, const struct catalog *c, char *error,
                       size_t error_bytes);

// manifest_set_blocks - fewer blocks are run than planned; blocks_planned keeps what was asked for.
void manifest_set_blocks(json_t *manifest, uint64_t blocks);

#endif
