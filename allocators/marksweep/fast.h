// marksweep - a collection marks what registers reach; the rest is freed block by block, later.
//
// Idea: a stop-the-world, precise, non-moving mark-sweep collector. Small objects are cells of
//   equal size in blocks (parts/swept/blocks.h), large ones blocks of malloc (singles.h there). When the heap has
//   grown to `growth` times what was live, a collection marks (mark.c); a block is swept when an
//   allocation wants one of its size, and a block without a marked cell is free for any size
//   without being looked at.
// Invariant: a cell is live when its mark is the epoch of the last collection, or none: allocated
//   since. Epochs alternate and marks are never cleared, so everything is swept before the next
//   collection starts.
// Cost in memory: 8 bytes of header per object, rounding to 8, 1/64 of a chunk for descriptors;
//   64 bytes for a list of one. With memory=malloc, 16 more per object.
// Cost in instructions (gcc 12 -O2, callgrind): 9 inlined for a node of 2 slots, as in nogc; 7 for
//   a store or a load, of which 3 tell a list from a node; there is no barrier. To mark a node of 2
//   slots 36 in a tree and 24 in a chain, 65 where the heap is in disorder; to sweep a dead cell 7, a
//   block without a live one none.
// Cost in time (ranges of medians on a shared 2.3 GHz Xeon, thread CPU time, gcc and clang): 32 B
//   of garbage 0.9 to 1.3 ns, beside 4e6 live bytes 5 to 7 ns, collections included; free cells
//   that lie singly between live ones 11 to 17 ns, sweeping included. A collection of 1e6 live
//   nodes of 2 slots 17 to 22 ns each as a shuffled tree, 180 to 200 as a shuffled chain, and in order
//   (a Zen 4) 1.8 to 2.3; of 1e6 nodes that are all garbage 0.01 ns each, and 1.5 to 1.8 for unmapping.
//   Trees of 131071 nodes take 0.4 to 0.8 of glibc's malloc and free in the same run.
// Cannot free: anything before the next collection, so up to (growth - 1) x live of garbage
//   floats; a block in which one cell lives. heap_freeze does nothing, regions are ignored.
// Source: McCarthy, "Recursive functions of symbolic expressions", CACM 3(4), 1960, section 4c,
//   is the first mark-sweep; Jones, Hosking, Moss, "The Garbage Collection Handbook", 2012,
//   chapter 2, has lazy sweeping and the prefetch queue, which is by Cher, Hosking, Vijaykumar,
//   ASPLOS 2004.
// Check: objects_visited are the live objects, summed over collections_gen2; objects_allocated
//   less objects_freed is exact after every collection, swept or not; the freed objects of all
//   pauses add up to objects_freed.

#ifndef HEAPBENCH_FAST_H
#define HEAPBENCH_FAST_H

#include "parts/swept/swept.h"

struct heap {
    SWEPT_PARTS;
};

#define plain_open marksweep_open
#define plain_close swept_close

int marksweep_open(struct heap *h, const struct heap_config *config);

#include "parts/plain/operations.h"
#include "parts/swept/operations.h"

#endif
