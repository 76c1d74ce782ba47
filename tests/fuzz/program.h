// program.h - any string of bytes as a program of heap operations: chance can write programs.
//
// Every byte string is a valid program: an operation whose operands do not fit (an empty register,
// an index too large) takes the nearest ones that do, or does nothing. What the program sees
// (lengths, identities, payloads, results) is folded into a hash that must be the same on every
// strategy.
//
// The promise of regions is kept by tags: a register is `young` when what it holds may have been
// allocated in the open region, and `fresh` when it surely was. What is loaded from a young
// container is young, but may be old. A young value is stored into fresh containers only, and young
// registers are cleared before the region ends.

#ifndef HEAPBENCH_PROGRAM_H
#define HEAPBENCH_PROGRAM_H

#include "heap.h"

enum {
    PROGRAM_REGISTERS = 24,
    PROGRAM_VERIFIES = 1, // a program may ask more often, but that takes time
};

// observed  what the program saw, as a hash
// refusals  operations that were refused memory, and succeeded when they were repeated
// broken    what heap_verify said, where the program asks for it; NULL: nothing
struct program_result {
    uint64_t observed, refusals;
    const char *broken;
};

// program_run - run the bytes so many times in the frame `registers`, PROGRAM_REGISTERS of them.
//   returns  0; EINVAL when the heap is broken; ENOMEM when an operation was refused memory twice.
//            It ends there, and registers stay valid.
int program_run(struct heap *h, struct heap_reg *registers, const uint8_t *bytes, size_t count,
                unsigned times, struct program_result *out);

#endif
