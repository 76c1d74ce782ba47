// dispatch.h - hands the bundles of a run (bundle.h) to an engine: a program of harness/engines/ that
// has machines do them. harness/engines/README.md says what one is told and what it must do.

#ifndef HEAPBENCH_DISPATCH_H
#define HEAPBENCH_DISPATCH_H

#include "base/names.h"
#include "engine.h"

#include <stdbool.h>
#include <stddef.h>

// What is asked of an engine.
struct dispatch {
    const struct names *engine; // its name or path, then NAME=VALUE for it
    const char *dir;            // the run's folder
    const char *bench_dir;      // of the bench-NAME programs; NULL: that of this program
    bool dry;                   // it only prints what it would do
};

// dispatch_wanted - whether the jobs of a run are for an engine; else they are done here.
bool dispatch_wanted(const struct names *engine);

// dispatch_check - returns false with one line in error when there is no such engine, or what follows
// its name is not NAME=VALUE.
bool dispatch_check(const struct names *engine, char *error, size_t error_bytes);

// dispatch_run - write what is left of a run into bundles, and have the engine do them. It returns
// when the engine ends; the store then holds what came. SIGINT reaches the engine, and not this program.
//   returns  false with one line in error: it could not be started, or ended otherwise than by 0; or
//            what it left cannot be read
bool dispatch_run(const struct dispatch *d, struct engine *e, char *error, size_t error_bytes);

#endif
