// instructions.h - how many instructions a step of a cell takes, counted by callgrind.
//
// Unlike a time it does not depend on what else the machine does, and repeats but for a few
// instructions in a million. Two runs of different length are subtracted, so that start and set-up
// cancel out.

#ifndef HEAPBENCH_INSTRUCTIONS_H
#define HEAPBENCH_INSTRUCTIONS_H

#include "model/catalog.h"
#include "model/cell.h"

// instructions_per_step - takes some seconds.
//   steps    of a normal run; a small share of them is counted
//   returns  NAN with one line in error: no valgrind, or the program failed under it
double instructions_per_step(const struct catalog *catalog, const struct cell *cell, uint64_t steps,
                             uint64_t seed, char *error, size_t error_bytes);

#endif
