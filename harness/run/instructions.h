// instructions.h - how many instructions a step of a job takes, counted by callgrind.
//
// Unlike a time it does not depend on what else the machine does, and repeats but for a few
// instructions in a million. Two runs of different length are subtracted, so that start and set-up
// cancel out.

#ifndef HEAPBENCH_INSTRUCTIONS_H
#define HEAPBENCH_INSTRUCTIONS_H

#include "work.h"

// instructions_per_step - takes some seconds; a small share of the job's steps is counted.
//   interrupted  set when it was
//   returns      NAN with one line in error: no valgrind, or the program failed under it
double instructions_per_step(const struct work *work, const struct job *job, bool *interrupted,
                             char *error, size_t error_bytes);

#endif
