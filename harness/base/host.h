// host.h - what else goes on on this machine.

#ifndef HEAPBENCH_HOST_H
#define HEAPBENCH_HOST_H

#include <stdint.h>

// CPU time of the whole machine since it started, in ticks: all of it, and what the host of a
// virtual machine gave to others while this one had work to do. Both 0: unknown.
//   source  proc(5), /proc/stat, the line "cpu"
struct host_ticks {
    uint64_t all, stolen;
};

struct host_ticks host_ticks_read(void);

// host_stolen_share - of the time between two readings, 0 .. 1; NAN: unknown.
double host_stolen_share(struct host_ticks before, struct host_ticks after);

// host_others - processes of this name which do not belong to this process's group, as those that
// it started do. -1: unknown.
int host_others(const char *name);

#endif
