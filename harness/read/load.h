// load.h - a run's folder as a database: run.db, with the tables of results/schema.sql.
//
// run.db is derived from run.json, the records and the SQL files in results/; it is made when it is
// not there or was made of others, written beside and renamed. Anyone may delete it.

#ifndef HEAPBENCH_LOAD_H
#define HEAPBENCH_LOAD_H

#include "base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct sqlite3;

// load_run - the database of a run, to be read only; it has the functions of functions.h. Of a
// folder that cannot be written to, the database is made in memory.
//   dir      the run's folder; one that is being written to gives what is there by now
//   returns  a connection for sqlite3_close, or NULL with one line in error (of error_bytes)
struct sqlite3 *load_run(const char *dir, char *error, size_t error_bytes);

// load_is_run - whether the folder has a manifest: without one it is a slip, and no run that is
// damaged.
bool load_is_run(const char *dir);

// load_home - adds what a file of SQL of the source tree ("results/differ.sql") says to a run's
// database, as temporary tables and views. False with one line in error that names the file.
bool load_home(struct sqlite3 *db, const char *name, char *error, size_t error_bytes);

// load_column - adds the first column of a query, as texts. False when the query fails;
// sqlite3_errmsg says why.
bool load_column(struct sqlite3 *db, const char *sql, struct names *names);

// load_warn - a line when there is no record, and for each line or file of the run that was left out since it is no whole
// record.
void load_warn(struct sqlite3 *db, const char *dir, FILE *out);

#endif
