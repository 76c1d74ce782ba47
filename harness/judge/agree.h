// agree.h - the differential check: the same program must compute the same in every strategy.

#ifndef HEAPBENCH_AGREE_H
#define HEAPBENCH_AGREE_H

#include <stddef.h>
#include <stdio.h>

// agree_check - print the disagreements of a run, as the view `disagreement` of results/schema.sql finds
// them: what most invocations of a program found is right. Each cell is named once for each checksum.
//   dir      the run's folder
//   returns  how many answers disagree; 1, with one line on out, when the run cannot be loaded
size_t agree_check(const char *dir, FILE *out);

#endif
