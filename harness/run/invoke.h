// invoke.h - one invocation: a fresh process that runs one cell once, and the record it leaves.

#ifndef HEAPBENCH_INVOKE_H
#define HEAPBENCH_INVOKE_H

#include "model/catalog.h"
#include "model/cell.h"

struct invoke {
    const struct catalog *catalog;
    const struct cell *cell;
    const char *dir; // the run's folder; spool/ is in it
    uint64_t steps, seed, heap_limit_bytes;
    uint64_t checkpoints; // of an audit after the run, see runner/audit.h; 0: none
    const char *input;    // NULL: the default
    double timeout_s;
    int interrupt_fd; // readable: stop; -1: none
    uint64_t block, order;
};

// invoke_run - whatever happens to the process becomes a record: a crash, a timeout and garbage
// too.
//   returns  the record, complete; NULL with *error 0 when it was interrupted, or with an errno
//   value when the
//            folder takes no more
json_t *invoke_run(const struct invoke *invoke, int *error);

// invoke_command, invoke_environment - how the process is started: new lists.
//   padding  length of an environment variable that shifts the stack, see invoke.c
struct names invoke_command(const struct invoke *invoke, const char *record_path);
struct names invoke_environment(const struct invoke *invoke, unsigned padding);

#endif
