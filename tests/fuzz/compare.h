// compare.h - a program on every strategy of strategies/, which must agree.

#ifndef HEAPBENCH_COMPARE_H
#define HEAPBENCH_COMPARE_H

#include "trace/trace.h"

// compare_load_all - load the strategies beside a program; argv0 is its name.
void compare_load_all(const char *argv0);

// compare_parse - a trace that may be run; NULL where the bytes are none.
struct trace *compare_parse(const void *bytes, size_t count);

// compare_trace - run a program on all. Where one differs, or breaks, the process aborts with a line on stderr.
//   bytes, count  the program's file, of which the choice of strategies is made
void compare_trace(const struct trace *t, const void *bytes, size_t count);

#endif
