// compare.h - two builds of one run, or two runs, side by side (results/compare.sql).

#ifndef HEAPBENCH_COMPARE_H
#define HEAPBENCH_COMPARE_H

#include <sqlite3.h>
#include <stddef.h>

// The build of a plan that is compared with the plan's own, and that own one once more, by which
// noise is known.
#define COMPARE_HEAD "head"
#define COMPARE_AGAIN "base"

struct compare {
    const char *base;    // the run's folder
    const char *head;    // NULL: the cells of build COMPARE_HEAD in the same run
    const char *cell;    // only cells whose key contains this; "": all
    const char *metrics; // only these, between commas; "": the usual
};

// compare_open - the base's database with the temporary tables and views of
// results/compare_sides.sql, differ.sql and compare.sql beside it.
//   returns  a connection for sqlite3_close, or NULL with one line in error
sqlite3 *compare_open(const struct compare *compare, char *error, size_t error_bytes);

#endif
