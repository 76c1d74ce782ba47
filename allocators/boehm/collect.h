// collect.h - boehm: between this strategy and libgc, which exists once in a process.

#ifndef HEAPBENCH_BOEHM_COLLECT_H
#define HEAPBENCH_BOEHM_COLLECT_H

#include "heap.h"

// What libgc needs threads declared for; none is redirected.
#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

// collect_open - from now on registers of this heap are roots, and it hears of collections.
//   returns  0, or ENOMEM when BOEHM_HEAPS are open
// collect_close takes that back, and ends a collection that is under way.
int collect_open(struct heap *h);
void collect_close(struct heap *h);

// guard_start - once: libgc keeps finalizers back. guard_close - before a heap is closed: it is
// handed nothing any more, and libgc forgets its guarded objects.
void guard_start(void);
void guard_close(struct heap *h);

// collect_incrementally - from now on, until the process ends.
void collect_incrementally(void);

// collect_full - collect everything now, also when it is forbidden, which libgc takes to be said of
// collections by hand as well.
void collect_full(void);

// collect_count - bring the counts of what was freed up to date with the last collection.
void collect_count(struct heap *h);

// collect_list_resized - count the change of a list's capacity, which has happened.
void collect_list_resized(struct heap *h, const struct plain_list *list, size_t old_capacity);

// collect_large_kind - libgc's number for large cells with this many slots after their header.
int collect_large_kind(size_t slots);

// What libgc has from the system: for cells, and with their descriptors, the mark stack and what
// was given back (unmapped), which it will use again; and all but the last of these.
struct collect_memory {
    size_t cell_bytes, obtained_bytes, mapped_bytes;
};
void collect_measure(struct collect_memory *out);

// boehm_settle_memory - bring the counters of memory up to date, and share out what the limit
// leaves.
void boehm_settle_memory(struct heap *h);

#endif
