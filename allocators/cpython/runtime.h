// runtime.h - the one interpreter of the process: its start, its end, and its memory.

#ifndef HEAPBENCH_CPYTHON_RUNTIME_H
#define HEAPBENCH_CPYTHON_RUNTIME_H

#include "heap.h"

// runtime_start - start the interpreter and let `prepare` run in it, on a C stack that is large
// enough for Python code, then attach the calling thread.
//   from_malloc  small blocks come from malloc, as with PYTHONMALLOC=malloc
//   prepare      returns 0 or ENOMEM
//   returns      0, EBUSY when there is one already, or ENOMEM; then runtime_stop is due
int runtime_start(struct heap *h, const struct heap_config *config, bool from_malloc,
                  int (*prepare)(struct heap *h, const struct heap_config *config));

// runtime_stop - end the interpreter, if one was started for this heap.
void runtime_stop(struct heap *h);

// runtime_limit - from now on, refuse memory above limit_bytes (0: none), and this request.
//   returns  0, or ENOMEM when more is held already
int runtime_limit(size_t limit_bytes, uint64_t refuse_request);

// runtime_lenient - while it is on, the heap's own business is going on: memory is not refused.
void runtime_lenient(bool on);

// What is held now, and the most that was; in bytes.
size_t runtime_held_bytes(void);
size_t runtime_peak_bytes(void);

#endif
