// refuse.h - requests of this process to malloc, mmap and their like: counted, and refused on
// request.
//
// The program has functions of these names itself, so libraries meet them, too. Not with
// sanitizers, which have their own: there nothing is counted nor refused.

#ifndef HEAPBENCH_REFUSE_H
#define HEAPBENCH_REFUSE_H

#include <stdbool.h>
#include <stdint.h>

// refuse_works - whether this build can.
bool refuse_works(void);

// refuse_from - count requests from 1 on, and refuse those from the nth on: `times` of them.
//   n  0: none is refused
// refuse_end - refuse no more. refuse_made, refuse_refused - requests since refuse_from, until
// refuse_end, and how many of them were refused.
void refuse_from(uint64_t n, uint64_t times);
void refuse_end(void);
uint64_t refuse_made(void);
uint64_t refuse_refused(void);

// refuse_blocks, refuse_mapped_bytes - what was given out and not given back: blocks of malloc;
// bytes of mmap.
int64_t refuse_blocks(void);
int64_t refuse_mapped_bytes(void);

#endif
