// aside.h - work on a forked copy of the process, of which only what it writes stays.
//
// For what takes much memory to look at and little to keep: what malloc would hold back of it
// afterwards would later serve the heap that is measured, without being seen.

#ifndef HEAPBENCH_ASIDE_H
#define HEAPBENCH_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// aside_run - what the work writes, as a new array of *bytes bytes and a 0 after them.
//   work     returns false when what it wrote is one line that says what is wrong
//   returns  NULL with one line in error
char *aside_run(bool (*work)(const void *context, FILE *out), const void *context, size_t *bytes,
                char *error, size_t error_bytes);

#endif
