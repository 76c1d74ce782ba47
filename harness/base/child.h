// child.h - run one program to its end, watching it from outside.
//
// posix_spawn (vfork underneath) costs the same however large the driver is. The child gets a
// process group of its own, so that Ctrl-C reaches the driver alone, which then decides. What is
// killed is the whole group: a process that outlived the child would write into the next one's
// files.

#ifndef HEAPBENCH_CHILD_H
#define HEAPBENCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_TICK_NS = 5000000 };

struct child_options {
    char *const *arguments;   // ended by NULL; the first is the program's path
    char *const *environment; // ended by NULL
    double timeout_s;         // then it is killed
    int interrupt_fd;         // readable: kill it and return; -1: none
    bool errors_too;          // stderr is captured along with stdout; else it is the driver's
    size_t keep_bytes;        // of the output, its end
    // Called every CHILD_TICK_NS while it runs; NULL: never.
    void (*tick)(void *context, pid_t pid);
    void *context;
};

struct child_result {
    int error;  // an errno value: it could not be started. Else the fields below hold.
    int status; // of waitpid
    bool timed_out, interrupted;
    uint64_t start_ns, end_ns; // CLOCK_MONOTONIC
    char *output;              // ended by 0; free it
};

struct child_result child_run(const struct child_options *options);

// child_succeeded - it ended by itself, with exit status 0.
bool child_succeeded(const struct child_result *result);
// child_complaint - the first line of its output, or why it could not be started. A new string.
char *child_complaint(const struct child_result *result);

#endif
