// engine.h - do the jobs of a run here, in order, until all are done or something stops it.

#ifndef HEAPBENCH_ENGINE_H
#define HEAPBENCH_ENGINE_H

#include "model/catalog.h"
#include "store/store.h"

#include <stdint.h>

struct engine {
    const struct catalog *catalog;
    json_t *manifest;    // of the run, see manifest.h
    const json_t *jobs;  // in order
    struct store *store; // records in it are kept slim; NULL: nothing is run
    uint64_t blocks;     // jobs of later ones are left; may become fewer than planned, see --budget
    double budget_s;     // 0: none
    double spent_s;      // of it before the first job: searches for the least memory
    bool rows;           // of the base matrix on stdout, as they come
};

enum engine_end { ENGINE_DONE, ENGINE_INTERRUPTED, ENGINE_CANNOT_SAVE };

// engine_is_left - whether the job is to be done, and not in the store yet. engine_left - how many
// are.
bool engine_is_left(const struct engine *e, const json_t *job);
size_t engine_left(const struct engine *e);

// engine_run - every job that is left. SIGINT, SIGTERM and SIGHUP end it after the record at hand
// is given up; they are as before when it returns. Rows go to stdout, all else to stderr.
enum engine_end engine_run(struct engine *e);

#endif
