// program.h - any string of bytes as a program of heap operations: chance can write programs.
//
// Every byte string is a valid program: an operation whose operands do not fit (an empty register,
// an index too large) takes the nearest ones that do, or does nothing. What the program sees
// (lengths, identities, payloads, results) is folded into a hash that must be the same on every
// strategy.
//
// The promise of regions is kept by tags: a register is `young` when what it holds may have been
// allocated in the open region; a young value is never stored into an old object, and young
// registers are cleared before the region ends.

#ifndef HEAPBENCH_PROGRAM_H
#define HEAPBENCH_PROGRAM_H

#include "heap.h"

enum { PROGRAM_REGISTERS = 24 };

// program_run - run the bytes in the frame `registers`, PROGRAM_REGISTERS of them.
//   observed  the hash so far, updated
//   returns   0, or ENOMEM as soon as an operation says so (registers stay valid)
int program_run(struct heap *h, struct heap_reg *registers, const uint8_t *bytes, size_t count,
                uint64_t *observed);

#endif
