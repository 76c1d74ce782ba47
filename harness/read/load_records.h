// load_records.h - fills the tables of a new database from a run's manifest and records.

#ifndef HEAPBENCH_LOAD_RECORDS_H
#define HEAPBENCH_LOAD_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

struct sqlite3;

// The SQL files, in the order in which they run. That of a record runs for each record.
enum load_stage { LOAD_SCHEMA, LOAD_METRICS, LOAD_MANIFEST, LOAD_RECORD, LOAD_FIGURES };
enum { LOAD_STAGES = LOAD_FIGURES + 1 };

extern const char
    *const load_stage_names[LOAD_STAGES]; // of the files: "schema" of results/schema.sql

struct load_sql {
    char *text[LOAD_STAGES];
};

// load_records - run all stages in one transaction, then note what the database was made of. Memory
// does not grow with the number of records.
//   returns  false when SQL failed, with one line in error (of error_bytes) that names the file;
//            the database is then not to be used
bool load_records(struct sqlite3 *db, const struct load_sql *sql, const char *dir,
                  const char *made_of, char *error, size_t error_bytes);

#endif
