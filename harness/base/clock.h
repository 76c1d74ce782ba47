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

// What a process had of its CPUs: time, how often it gave one up to wait, or lost it to another
// program, and for how many pages the kernel had to step in (without reading from a disk).
struct clock_cpu {
    uint64_t user_ns, system_ns;
    uint64_t waits, preemptions, page_faults;
};

// clock_cpu_read - of this process so far. clock_cpu_since - what was added. clock_cpu_add - to a
// sum. clock_cpu_less - without so much, of the user's time as long as that lasts.
static inline struct clock_cpu clock_cpu_read(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (struct clock_cpu){
        (uint64_t)u.ru_utime.tv_sec * 1000000000u + (uint64_t)u.ru_utime.tv_usec * 1000u,
        (uint64_t)u.ru_stime.tv_sec * 1000000000u + (uint64_t)u.ru_stime.tv_usec * 1000u,
        (uint64_t)u.ru_nvcsw, (uint64_t)u.ru_nivcsw, (uint64_t)u.ru_minflt};
}

static inline struct clock_cpu clock_cpu_since(struct clock_cpu before, struct clock_cpu now) {
    return (struct clock_cpu){now.user_ns - before.user_ns, now.system_ns - before.system_ns,
                              now.waits - before.waits, now.preemptions - before.preemptions,
                              now.page_faults - before.page_faults};
}

static inline struct clock_cpu clock_cpu_less(struct clock_cpu cpu, uint64_t ns) {
    uint64_t user_ns = ns < cpu.user_ns ? ns : cpu.user_ns, rest_ns = ns - user_ns;
    cpu.user_ns -= user_ns;
    cpu.system_ns -= rest_ns < cpu.system_ns ? rest_ns : cpu.system_ns;
    return cpu;
}

static inline void clock_cpu_add(struct clock_cpu *sum, struct clock_cpu more) {
    sum->user_ns += more.user_ns;
    sum->system_ns += more.system_ns;
    sum->waits += more.waits;
    sum->preemptions += more.preemptions;
    sum->page_faults += more.page_faults;
}

#endif
