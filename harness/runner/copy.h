// copy.h - work on a forked copy of the process, of which nothing stays but the answer.
//
// For walks over the heap: they need a register per object and move counts, and neither shall show
// in what happens after them.

#ifndef HEAPBENCH_COPY_H
#define HEAPBENCH_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// A copy at work, beside the process it was made of.
struct copy {
    pid_t child;
    int channel;
};

// copy_start - make a copy, which fills an answer of at most 4096 bytes.
//   work     returns false when there is no answer
//   returns  false when no copy could be made
bool copy_start(struct copy *copy, bool (*work)(const void *context, void *answer),
                const void *context, size_t bytes);

// copy_wait - the answer of a copy that was started, which then is gone. Returns false, with
// *answer as it was, when there is none.
bool copy_wait(struct copy *copy, void *answer, size_t bytes);

#endif
