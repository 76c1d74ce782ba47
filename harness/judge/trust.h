// trust.h - what makes numbers less certain, with the remedy: the limits of results/trust.sql.

#ifndef HEAPBENCH_TRUST_H
#define HEAPBENCH_TRUST_H

#include "base/names.h"

#include <stdio.h>

struct sqlite3;

// trust_recorded - of a run whose database has the views of results/known.sql and trust.sql: one
// sentence for each limit that is passed, most important first. Free the names.
struct names trust_recorded(struct sqlite3 *db);

// trust_live - the same of the machine as it is now, about to run programs of this build; NULL or
// "": unknown.
struct names trust_live(const char *build);

// trust_warn - print the sentences, a line each, and free them.
void trust_warn(struct names sentences, FILE *out);

#endif
