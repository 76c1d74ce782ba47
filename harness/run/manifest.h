// manifest.h - run.json: what a run is of, so that it can be resumed and its report made from it.

#ifndef HEAPBENCH_MANIFEST_H
#define HEAPBENCH_MANIFEST_H

#include "plan.h"

// manifest_new - see results/README.md.
//   json  the plan, which gets what flags changed
json_t *manifest_new(const struct selection *s, const struct plan *plan, json_t *json, int argc,
                     char **argv);

// manifest_base - the cells of the base matrix, a new object by their keys.
json_t *manifest_base(const json_t *manifest);

// manifest_set_blocks - fewer blocks are run than planned; blocks_planned keeps what was asked for.
void manifest_set_blocks(json_t *manifest, uint64_t blocks);

#endif
