// backing_options.h - options of a backing allocator, which are part of its name:
// "glibc:mmap_threshold=131072+tcache_count=0".
//
// Each option is written as the allocator writes it, without what all of them begin with, and ends
// up in the variable of the environment that the allocator reads when a program starts. What the
// names may be is asked of the allocator itself, so it is right for the version that is installed.

#ifndef HEAPBENCH_BACKING_OPTIONS_H
#define HEAPBENCH_BACKING_OPTIONS_H

#include "backing.h"

#include "base/names.h"

#include <stdbool.h>

// backing_base - the name without its options; a new string.
char *backing_base(const char *name);

// backing_canonical - the name with its options in order of their names, as it is in a cell's key;
// a new string.
//   returns  NULL with one line in error: no such allocator, no such option of it (with those that
//            there are), or a value that it would refuse or ignore, as far as it says
char *backing_canonical(const char *name, char *error, size_t error_bytes);

// backing_environment - what a program needs in its environment to run on this allocator with these
// options: "NAME=value" each. Names that are there already are replaced; where a variable is a
// list, the options are added to it.
void backing_environment(const char *name, struct names *environment);

#endif
