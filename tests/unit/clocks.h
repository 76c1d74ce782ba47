// clocks.h - clocks that stand still but for what a test says passes, so that what it asserts depends on no machine and its load.
//
// They are the program's own, as it has a function of that name, which libraries meet, too. Until a test says that they stand,
// they go as those of the kernel.

#ifndef HEAPBENCH_TESTS_CLOCKS_H
#define HEAPBENCH_TESTS_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CLOCKS_US = 1000, CLOCKS_MS = 1000000, CLOCKS_S = 1000000000 };

static struct {
    bool stand;
    uint64_t wall_ns, cpu_ns;
} clocks;

int clock_gettime(clockid_t which, struct timespec *t) {
    if (!clocks.stand)
        return (int)syscall(SYS_clock_gettime, which, t);
    bool cpu = which == CLOCK_THREAD_CPUTIME_ID || which == CLOCK_PROCESS_CPUTIME_ID;
    uint64_t ns = cpu ? clocks.cpu_ns : clocks.wall_ns;
    *t = (struct timespec){.tv_sec = (time_t)(ns / CLOCKS_S), .tv_nsec = (long)(ns % CLOCKS_S)};
    return 0;
}

// clocks_wait - so much time passes. clocks_work - and the program has the CPU in it.
static inline void clocks_wait(uint64_t ns) {
    clocks.wall_ns += ns;
}

static inline void clocks_work(uint64_t ns) {
    clocks.cpu_ns += ns;
    clocks_wait(ns);
}

#endif
