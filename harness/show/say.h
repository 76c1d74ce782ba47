// say.h - sentences about a run, no stronger than what results/differ.sql calls different: of two
// strategies that it does not tell apart, neither is called lower, higher or changed.
//
// Each writes HTML, and nothing when there is nothing to say.

#ifndef HEAPBENCH_SAY_H
#define HEAPBENCH_SAY_H

#include "rows.h"

// say_lowest - which strategy, at its defaults, has the lowest median of a metric on how many
// workloads, and where two strategies lie furthest apart.
void say_lowest(sqlite3 *db, const char *metric, FILE *out);

// say_ratio - one sentence for each run of rows with equal subject and object.
//   rows  columns subject, object, metric, ratio, low, high, differs (1: told apart); and, if they
//         are to be said, value and against, the two that make the ratio
void say_ratio(const struct rows *rows, FILE *out);

// say_change - one sentence for each run of rows with equal what and metric: who changed, from what
// to what; those of which no change was told are counted.
//   rows  columns what ("With x from 0 to 1"), metric, subject, before, after, differs
void say_change(const struct rows *rows, FILE *out);

#endif
