// log.h - logs of malloc as programs of this machine: which block was allocated, resized and freed,
// in order.
//
// Recognised by what stands in them, whatever they are called:
//   CS:APP .rep   four numbers, then "a ID BYTES", "r ID BYTES", "f ID"
//   mtrace        of glibc: "@ CALLER + ADDRESS BYTES", "- ADDRESS", "< ADDRESS" and "> ADDRESS
//                 BYTES"
//   heaptrack     raw ("+ BYTES TRACE ADDRESS", "- ADDRESS") or interpreted ("a BYTES TRACE", "+
//                 INDEX", "- INDEX", where of several blocks of one index the oldest is taken to be
//                 the one that is freed), unpacked
//   ltrace        "malloc(16) = 0x55..", also of calloc, realloc, memalign, free, new and delete;
//                 other calls are passed over
//   malloc-bench  the protobuf of ClaytonKnittel/malloc-bench, unpacked (log_protobuf.c)
//
// A block becomes an atom in a slot of one list, which is as long as blocks are alive at once and
// is made in the set-up; it is freed by emptying the slot. What this drives is allocation and
// release: counting, pools and backing allocators. It has no references between blocks, nothing to
// share and no cycles, so it says nothing of how a collector finds those. To resize a block is to
// allocate another and free the first; nothing is copied.

#ifndef HEAPBENCH_TRACE_LOG_H
#define HEAPBENCH_TRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// log_format - the name of the format of a text with lines, or NULL. log_is - likewise of a file, of any format.
const char *log_format(const char *text);
const char *log_is(const char *path);

// log_convert - write the trace of a log, as in a file (trace.h); false when what was written is
// one line that says what is wrong. For base/aside.h.
//   path  a const char *
bool log_convert(const void *path, FILE *out);

#endif
