// agree.h - the differential check: the same program must compute the same in every strategy.

#ifndef HEAPBENCH_AGREE_H
#define HEAPBENCH_AGREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// agree_check - print the disagreements of a run, as the view `disagreement` of results/schema.sql
// finds them: what most invocations of a program found is right. Each cell is named once for each
// checksum.
//   dir            the run's folder
//   disagreements  set to how many answers disagree
//   returns        false, with one line on out, when the run cannot be loaded: nothing is known
//                  then
bool agree_check(const char *dir, FILE *out, size_t *disagreements);

#endif
