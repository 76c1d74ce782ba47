// provisional.h - the table that grows during the first block: one row for each cell of the base
// matrix, from one invocation, so without an interval.

#ifndef HEAPBENCH_PROVISIONAL_H
#define HEAPBENCH_PROVISIONAL_H

#include "base/table.h"
#include "job.h"

enum { PROVISIONAL_COLUMNS = 8 };

struct provisional {
    struct table_column columns[PROVISIONAL_COLUMNS];
};

// provisional_start - columns wide enough for the base matrix of a manifest. provisional_head
// prints the titles.
struct provisional provisional_start(const json_t *manifest);
void provisional_head(const struct provisional *p, FILE *out);

// provisional_row - one finished invocation.
void provisional_row(const struct provisional *p, const struct job *job, const json_t *record,
                     FILE *out);

#endif
