// medians.h - what the invocations of each cell measured, as a table of medians.
//
// medians has a row for each cell and each metric of which an invocation that ended ok has a value,
// in this order: cell, metric, n (values), median, low, high (as functions.h has them). It is what
//     select cell, metric, count(*), median(value), low(value), high(value)
//     from measured group by cell, metric
// gives, for which SQLite would sort all values of a run; this has those of one cell in memory.

#ifndef HEAPBENCH_MEDIANS_H
#define HEAPBENCH_MEDIANS_H

struct sqlite3;

// medians_register - with a connection. Returns an SQLite result code.
int medians_register(struct sqlite3 *db);

#endif
