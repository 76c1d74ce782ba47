// maps.h - mmap in front of that of the C library, answered from memory that is at hand.
//
// More than half of the time of a short program on many heaps was the kernel's, who mapped, cleared
// and unmapped the same few pages again for each.

#ifndef HEAPBENCH_MAPS_H
#define HEAPBENCH_MAPS_H

// maps_reuse - from now on, what is mapped comes from this lot of memory at hand (0 to 63; -1: from
// the kernel). What is unmapped stays accessible until all that came from the lot has been unmapped;
// then it is cleared, and given out anew. Each of those that touch the same pages again has a lot of
// its own.
void maps_reuse(int lot);

#endif
