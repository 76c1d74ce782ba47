// environment.h - what a number depends on besides the code: machine, kernel, compiler, settings.

#ifndef HEAPBENCH_ENVIRONMENT_H
#define HEAPBENCH_ENVIRONMENT_H

#include <jansson.h>

// environment_read - the field `environment` of a record, without `input`. NULL without memory.
json_t *environment_read(void);

// environment_allocator - a new object: the environment's variables that set an allocator, by name.
json_t *environment_allocator(void);

// environment_build - {"commit", "compiler", "flags", "build"} of this program.
json_t *environment_build(void);

#endif
