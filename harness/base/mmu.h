// mmu.h - minimum mutator utilization: of the worst moment to look at a program, the share that was
// its own.
//
//   MMU(w) = the least, over all windows of length w within the run, of 1 - (time paused in the
//   window) / w
//            Cheng and Blelloch, A Parallel, Real-Time Garbage Collector, PLDI 2001, section 1
//   BMU(w) = the least MMU of w and all longer windows: monotone, where MMU is not
//            Sachindran, Moss, Berger, MC2, OOPSLA 2004, section 4.3
//
// Both are exact. The worst window of a length begins with a pause. The worst of a length or more
// is of that length, or begins with a pause and ends with one: the segment of highest density with
// a least length, found by Dinkelbach's method (Management Science 13, 1967), each round of which
// takes one pass.

#ifndef HEAPBENCH_MMU_H
#define HEAPBENCH_MMU_H

#include <stddef.h>
#include <stdint.h>

// A pause, in ns since the run began; pauses are in order and do not overlap.
struct mmu_pause {
    uint64_t start_ns, end_ns;
};

struct mmu {
    double least, bounded; // MMU and BMU, 0 to 1
};

// mmu_of - of windows of that length, from 1 to the length of the run.
struct mmu mmu_of(const struct mmu_pause *pauses, size_t count, uint64_t window_ns);

#endif
