// measures.h - what invocations measured, as a table of which a row is a value, stored as one of which
// a row is an invocation.
//
//     create virtual table value using invocation_values
//
// makes the table value(invocation, metric, value), each pair at most once, and what it is kept in:
// value_row(invocation, packed), as packed.h has it, and value_name(id, name) of the metrics in it.
// Rows can be inserted, in any order, and deleted; of NULL there is no row, since it is unknown.
// With a million records the rows of value would take half of the time to load them, and 4.5 GB.

#ifndef HEAPBENCH_MEASURES_H
#define HEAPBENCH_MEASURES_H

#include "packed.h"

struct sqlite3;
struct sqlite3_stmt;

// The tables below `value` of a schema.
struct measures {
    struct sqlite3 *db;
    char *schema;
    struct sqlite3_stmt *read, *write, *name; // prepared when they are first wanted
    char **names;                             // of metrics, by their number less 1
    uint32_t *order;                          // numbers, sorted by name
    uint32_t count, room;
    int changes; // of the connection, when the names were read
};

// measures_open - of a connection's schema ("main"). Nothing is read yet.
struct measures measures_open(struct sqlite3 *db, const char *schema);
void measures_close(struct measures *v);

// measures_metric - the number of a metric; 0: none of its values is there. measures_metric_new gives it
// one, and 0 means that it could not be written.
uint32_t measures_metric(struct measures *v, const char *name);
uint32_t measures_metric_new(struct measures *v, const char *name);

// measures_name - of a number that measures_metric gave or a row has; NULL of any other. It stays until
// measures_close.
const char *measures_name(struct measures *v, uint32_t metric);

// measures_write - all values of an invocation, in place of those that it had. measures_read - likewise,
// into `into`; empty when it has none. Both return an SQLite result code.
int measures_write(struct measures *v, int64_t invocation, const struct packed *packed);
int measures_read(struct measures *v, int64_t invocation, struct packed *into);

// measures_register - the module, with a connection. Returns an SQLite result code.
int measures_register(struct sqlite3 *db);

#endif
