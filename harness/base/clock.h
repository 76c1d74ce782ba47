// clock.h - the clocks of the harness.
//
// Wall time is CLOCK_MONOTONIC: 25 ns a read through the vDSO, the cost of a fenced rdtsc, and
// portable. CPU time is a system call (300 to 500 ns): once per phase, never per step.

#ifndef HEAPBENCH_CLOCK_H
#define HEAPBENCH_CLOCK_H

#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

static inline uint64_t clock_read_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t clock_wall_ns(void) {
    return clock_read_ns(CLOCK_MONOTONIC);
}

// clock_thread_ns - CPU time of this thread so far, user and system.
static inline uint64_t clock_thread_ns(void) {
    return clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
}

struct clock_cpu {
    uint64_t user_ns, system_ns;
};

// clock_cpu_read - CPU time of this process so far.
static inline struct clock_cpu clock_cpu_read(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (struct clock_cpu){
        (uint64_t)u.ru_utime.tv_sec * 1000000000u + (uint64_t)u.ru_utime.tv_usec * 1000u,
        (uint64_t)u.ru_stime.tv_sec * 1000000000u + (uint64_t)u.ru_stime.tv_usec * 1000u};
}

#endif
