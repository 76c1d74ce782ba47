// backing_given.h - backing allocators of which nothing is known but a file: --backing
// NAME=/path/lib.so.
//
// The driver hands the definition on to the programs it starts, in HEAPBENCH_BACKING. A file that
// turns out to be a build of an allocator of the table (it has its probe) gives that one's figures.

#ifndef HEAPBENCH_BACKING_GIVEN_H
#define HEAPBENCH_BACKING_GIVEN_H

#include "backing.h"

#include <stdbool.h>

#define BACKING_GIVEN_VARIABLE "HEAPBENCH_BACKING"

// backing_is_definition - whether a text is NAME=FILE, not a name or a name with options.
bool backing_is_definition(const char *text);

// backing_give - the allocator that a definition says, in the table from now on.
//   returns  NULL with one line in error: a name that is taken or no name, or a file that cannot be
//            preloaded
const struct backing *backing_give(const char *definition, char *error, size_t error_bytes);

// backing_is_given - whether it is one of these.
bool backing_is_given(const struct backing *b);

// backing_given_here - the one that this process was started on, or NULL: there is none, or the
// loader did not load it.
//   kind  the allocator of the table whose probe is found, or NULL
const struct backing *backing_given_here(const struct backing *kind);

#endif
