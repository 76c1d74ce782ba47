// advice.h - what makes numbers of this machine worse right now, and the remedy.

#ifndef HEAPBENCH_ADVICE_H
#define HEAPBENCH_ADVICE_H

#include "model/catalog.h"

#include <stdio.h>

// advice_print - one line for each thing found. Returns how many.
size_t advice_print(const struct catalog *c, FILE *out);

#endif
