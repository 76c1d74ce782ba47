// work.h - the one worker: a job in, a fresh process that runs it, and the record it leaves out.

#ifndef HEAPBENCH_WORK_H
#define HEAPBENCH_WORK_H

#include "job.h"
#include "model/catalog.h"

struct work {
    const struct catalog *catalog;
    const char *dir;  // spool/ is in it
    int interrupt_fd; // readable: stop; -1: none
};

// work_run - whatever happens to the process becomes a record: a crash, a timeout and garbage too.
//   returns  the record, complete; NULL with *error 0 when it was interrupted, or with an errno
//            value when the folder takes no more
json_t *work_run(const struct work *work, const struct job *job, int *error);

// work_load - work_run of a job that has a load: its rate follows from records of the run (rate.h).
// Without one the record says that it failed.
json_t *work_load(const struct work *work, struct job *job, const json_t *jobs,
                  const json_t *records, int *error);

// work_once - one process, and its record. Returns as work_run does.
// work_has - whether the program of a job is there.
json_t *work_once(const struct work *work, const struct job *job, int *error);
bool work_has(const struct work *work, const struct job *job);

// work_apart - for work whose records are not kept: in a folder of its own, which work_apart_end removes.
// Returns false when that cannot be made; nothing is to be ended then.
bool work_apart(struct work *work, const struct catalog *catalog);
void work_apart_end(struct work *work);

// work_can - whether the catalog has what a job needs. Returns NULL, or what it lacks.
const char *work_can(const struct catalog *catalog, const struct job *job);

// work_command, work_environment - how the process is started: new lists.
//   padding  length of an environment variable that shifts the stack, see work.c
struct names work_command(const struct work *work, const struct job *job, const char *record_path);
struct names work_environment(const struct job *job, unsigned padding);

#endif
