// hardware.h - counters of the CPU, where the kernel gives them; most virtual machines have none.
//
// They count this thread alone, outside of the kernel. One that had to share its place with
// another, so that it ran for a part of the time, is unknown: what it missed is not guessed.

#ifndef HEAPBENCH_HARDWARE_H
#define HEAPBENCH_HARDWARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { HARDWARE_COUNTERS = 5 };

// Descriptors of perf_event_open; -1 where there is no such counter.
struct hardware {
    int fd[HARDWARE_COUNTERS];
};

// hardware_event - one counter, which stands still at 0.
//   type, config  as of struct perf_event_attr
//   returns       a descriptor, or -1
int hardware_event(uint32_t type, uint64_t config);

// hardware_open - all that there are, at 0.
// hardware_run - let them count; hardware_rest - let them stand still.
void hardware_open(struct hardware *h);
void hardware_close(struct hardware *h);
void hardware_run(const struct hardware *h);
void hardware_rest(const struct hardware *h);

// hardware_read - what one counted so far. Returns false when that is unknown.
bool hardware_read(int fd, uint64_t *value);

// hardware_to_json - the field `hardware` of a record: those that are known. NULL: none is.
json_t *hardware_to_json(const struct hardware *h);

#endif
