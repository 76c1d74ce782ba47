// pause_log.h - every pause in the order of time, however many there are.
//
// The process that is measured must not grow by what is noted of it: pauses are gathered in a small
// buffer and written to a file in memory (memfd), which is no part of resident memory until it is
// read. A write takes some 50 us once in PAUSE_LOG_BUFFER pauses, outside the timed pause.

#ifndef HEAPBENCH_PAUSE_LOG_H
#define HEAPBENCH_PAUSE_LOG_H

#include "vocabulary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PAUSE_LOG_BUFFER = 4096 };

struct pause_event {
    uint64_t start_ns; // CLOCK_MONOTONIC
    uint64_t duration_ns, cpu_ns;
    uint64_t freed; // HEAP_UNKNOWN in a build that does not count
    enum heap_pause kind;
};

struct pause_log {
    struct pause_event buffer[PAUSE_LOG_BUFFER];
    size_t buffered, written;
    int fd;      // -1: none yet
    pid_t owner; // that made the file
    bool lost;   // a write failed: what is there is not all
};

// pause_log_add - note a pause, which began after all that are there.
void pause_log_add(struct pause_log *log, const struct pause_event *event);

// pause_log_read - all of them. Maps the file, so no memory is measured afterwards.
//   returns  the first, or NULL when there are none or not all of them are there; *count of them
//   pause_log_close gives all back
const struct pause_event *pause_log_read(struct pause_log *log, size_t *count);
void pause_log_close(struct pause_log *log, const struct pause_event *events, size_t count);

#endif
