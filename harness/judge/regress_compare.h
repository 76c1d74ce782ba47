// regress_compare.h - what differs between a baseline and now, and by how much.

#ifndef HEAPBENCH_REGRESS_COMPARE_H
#define HEAPBENCH_REGRESS_COMPARE_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

// One value that differs.
struct regress_difference {
    char *program;        // workload[params]/strategy
    char *what;           // of it: a counter, a checksum, ...
    char *baseline, *now; // "-" where it is missing
    char *change;         // "+3.1 %", or "" for what is no number
};

struct regress_found {
    struct regress_difference *list;
    size_t differences;
    size_t strategies, programs, values; // that were compared
};

// regress_compare - compare what regress_strategy measured with what it measured then. A program
// that the baseline does not know is no difference; it is told on stdout.
void regress_compare(const char *strategy, const json_t *baseline, const json_t *now,
                     struct regress_found *found);

// regress_print - the differences as a table, and a line that sums up.
void regress_print(const struct regress_found *found, const char *baseline, FILE *out);
void regress_found_free(struct regress_found *found);

#endif
