// matrix.h - run the cells of a plan, block by block, until all is done or something stops it.

#ifndef HEAPBENCH_MATRIX_H
#define HEAPBENCH_MATRIX_H

#include "model/catalog.h"
#include "options.h"
#include "plan.h"
#include "store/store.h"

struct matrix {
    const struct options *options;
    const struct catalog *catalog;
    const struct plan *plan;
    struct store *store; // records in it are kept slim
    uint64_t blocks;     // may become fewer than planned, see --budget
};

enum matrix_end { MATRIX_DONE, MATRIX_INTERRUPTED, MATRIX_CANNOT_SAVE };

// matrix_steps - how many steps a cell's invocations take.
uint64_t matrix_steps(const struct matrix *m, const struct cell *cell);

// matrix_left - invocations that are not in the store yet.
size_t matrix_left(const struct matrix *m);

// matrix_run - every invocation that is not in the store yet. SIGINT, SIGTERM and SIGHUP end it
// after the record at hand is given up; they are as before when it returns. Rows go to stdout, all
// else to stderr.
enum matrix_end matrix_run(struct matrix *m);

#endif
