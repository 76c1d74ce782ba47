// export.h - a run in the formats of other tools: a format is a file results/exports/NAME.sql.
//
// The file's first line is a comment that says what the format is. The rest is one query: a single
// column is printed line by line as it is, several are CSV. Its parameters :dir and :host, where it
// has them, are the run's folder and the name of this machine.

#ifndef HEAPBENCH_EXPORT_H
#define HEAPBENCH_EXPORT_H

#include "base/names.h"

#include <stdbool.h>
#include <stdio.h>

struct sqlite3;

// export_formats - names of the formats that are there, sorted; names_free them.
struct names export_formats(void);

// export_doc - the first line of a format's file. A new string, "" when there is none.
char *export_doc(const char *format);

// export_narrow - from now on export_write sees only some of the run.
//   cell      text that keys contain; metrics: names between commas; "" of either: all
//   returns   false with one line in error: no such cell or metric
bool export_narrow(struct sqlite3 *db, const char *cell, const char *metrics, char *error,
                   size_t error_bytes);

// export_write - a run in a format.
//   db       from load_run
//   dir      the run's folder, as the output is to call it
//   returns  0, or -1 with one line in error (of error_bytes); out may then have a part of it
int export_write(struct sqlite3 *db, const char *dir, const char *format, FILE *out, char *error,
                 size_t error_bytes);

#endif
