// progress.h - how far a run is: one line that is drawn over on a terminal, a line now and then
// elsewhere.

#ifndef HEAPBENCH_PROGRESS_H
#define HEAPBENCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out;
    bool terminal, colour, drawn;
    uint64_t start_ns, printed_ns;
    size_t done, total; // invocations since the program started
    double budget_s;    // of all of them, to which blocks will be cut; 0: none
};

// progress_start - colour only on a terminal, and not when NO_COLOR is set (no-color.org).
struct progress progress_start(FILE *out, size_t total, double budget_s);

// progress_show - an invocation is about to start. progress_step - it is over.
void progress_show(struct progress *p, uint64_t block, uint64_t blocks, const char *key);
void progress_step(struct progress *p);

// progress_clear - take the line away before something else is printed, which is a sign of life as
// well.
void progress_clear(struct progress *p);

#endif
