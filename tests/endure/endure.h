// endure.h - what a strategy is made to endure: the subcommands of endure-NAME, and how they say what came of it.

#ifndef HEAPBENCH_ENDURE_H
#define HEAPBENCH_ENDURE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// endure_tally - one line for the table of make reliability: what was tried, how often, and how often something
// was lost. tests/endure/sums adds up lines of the same `what`.
static inline void endure_tally(const char *what, uint64_t count, uint64_t lost) {
    printf("tried\t%s\t%" PRIu64 "\t%" PRIu64 "\n", what, count, lost);
}

// endure_number - the value of "--name N" among the arguments, or the fallback. A text that is no number is a usage
// error (exit 2).
uint64_t endure_number(int argc, char **argv, const char *name, uint64_t fallback);

// A subcommand. Returns the status of the process: 0 when nothing was lost.
int endure_oom(int argc, char **argv);
int endure_depth(int argc, char **argv);
int endure_soak(int argc, char **argv);
int endure_space(int argc, char **argv);

#endif
