// bundle.h - jobs of a run in bundles of some minutes, each done by one machine.
//
// What is compared is measured on one machine: the cells of a workload in a block stay together, and
// all blocks of a workload that has a load do, since its rate is a share of what the fastest strategy
// does there (rate.h). A bundle is a line of DIR/bundles.ndjson, {"lines": "1-40,57", "seconds": 612},
// with lines of DIR/jobs.ndjson from 1; its records come into DIR/bundles/K, where a second attempt
// finds what the first one left (store/scan.h). K counts from 1.

#ifndef HEAPBENCH_BUNDLE_H
#define HEAPBENCH_BUNDLE_H

#include "engine.h"

#define BUNDLE_FILE "bundles.ndjson"

// bundles_of - what is left of a run, in the order of its blocks.
//   seconds  that a bundle should take, by the estimate of its jobs (estimate.h); a block's share of a
//            workload that takes longer is one bundle all the same
json_t *bundles_of(const struct engine *e, double seconds);

// bundle_lines - which of some lines a list like "3,9-20" names.
//   returns  a new array of `count` members; NULL when the text is no such list, or names a line
//            that is not there
bool *bundle_lines(const char *list, size_t count);

#endif
