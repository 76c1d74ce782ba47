// copy.h - work on a forked copy of the process, of which nothing stays but the answer.
//
// For walks over the heap: they need a register per object and move counts, and neither shall show
// in what is measured after them.

#ifndef HEAPBENCH_COPY_H
#define HEAPBENCH_COPY_H

#include <stdbool.h>
#include <stddef.h>

// copy_ask - have a copy do the work, and bring its answer back.
//   work     fills the answer; false: there is none
//   bytes    of the answer, at most 4096
//   returns  false, with *answer as it was, when there is none or no copy could be made
bool copy_ask(bool (*work)(const void *context, void *answer), const void *context, void *answer,
              size_t bytes);

#endif
