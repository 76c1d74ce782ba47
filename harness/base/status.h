// status.h - how heapbench ends.

#ifndef HEAPBENCH_STATUS_H
#define HEAPBENCH_STATUS_H

enum {
    STATUS_OK = 0,
    STATUS_FAILED = 1, // an invocation failed, strategies disagreed, or a file could not be written
    STATUS_USAGE = 2,  // one line on stderr says what would be accepted; nothing was run
    STATUS_REGRESSION = 3,   // `heapbench regress` found one
    STATUS_INTERRUPTED = 130 // what was finished is saved
};

#endif
