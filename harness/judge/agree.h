// agree.h - the differential check: the same program must compute the same in every strategy.

#ifndef HEAPBENCH_AGREE_H
#define HEAPBENCH_AGREE_H

#include <jansson.h>
#include <stdio.h>

// agree_check - compare `observed` and `graph` of all records that ended ok and ran the same
// workload with the same parameters, steps, seed and input. What most records say is taken for
// right.
//   returns  how many answers disagree; each cell's is printed once
size_t agree_check(const json_t *records, FILE *out);

#endif
