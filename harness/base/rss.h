// rss.h - resident memory of a process, as the kernel counts it.
//
// Never from ru_maxrss: that survives exec, so a small child of a large parent reports its parent's
// peak. statm may lag by some pages per CPU (40 kB were seen), at 1 us a read.

#ifndef HEAPBENCH_RSS_H
#define HEAPBENCH_RSS_H

#include <stdint.h>
#include <sys/types.h>

// rss_open - a descriptor to sample resident memory of this process (pid 0) or another one, or -1.
// rss_sample_bytes - the resident bytes now; 0 when the process is gone.
int rss_open(pid_t pid);
uint64_t rss_sample_bytes(int fd);

// rss_reset_peak - let the peak of this process start anew at its present size (by clear_refs,
// since Linux 4.0).
//   returns  0, or an errno value where that is not allowed: the peak then includes the set-up
int rss_reset_peak(void);

// rss_dirty_bytes - what this process has written to: pages of its own, and pages that it shares
// with others, as with the process that it was forked from (smaps_rollup, since Linux 4.14).
// Returns 0 or an errno value.
int rss_dirty_bytes(uint64_t *own, uint64_t *shared);

// rss_peak_bytes - VmHWM of this process; 0 when unknown.
uint64_t rss_peak_bytes(void);

#endif
