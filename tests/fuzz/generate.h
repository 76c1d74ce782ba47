// generate.h - programs by chance: new ones, and others made of those there are.

#ifndef HEAPBENCH_GENERATE_H
#define HEAPBENCH_GENERATE_H

#include "fit.h"

// How long a program made of others may be. Most are short, for there are many; some repeat
// themselves, so that tables grow and thresholds are met.
enum { GENERATE_SHORT = 32, GENERATE_LONG = 250, GENERATE_LONGEST = 1200 };

// generate_program - the bytes of a random one with about so many operations, in random
// circumstances, to be freed. The same seed gives the same program.
unsigned char *generate_program(uint64_t seed, size_t operations, size_t *bytes);

// generate_mutant - a program like this one. generate_cross - the start of one and the end of
// another, or one within the other. NULL in place of a trace is an empty program.
unsigned char *generate_mutant(uint64_t seed, const struct trace *t, size_t *bytes);
unsigned char *generate_cross(uint64_t seed, const struct trace *a, const struct trace *b,
                              size_t *bytes);

#endif
