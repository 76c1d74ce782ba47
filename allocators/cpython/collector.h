// collector.h - the gc module: its functions, its figures, and its announcements.

#ifndef HEAPBENCH_CPYTHON_COLLECTOR_H
#define HEAPBENCH_CPYTHON_COLLECTOR_H

#include "heap.h"

// collector_open - get the functions, then start from nothing: collect, freeze what is there, and
// collect again, which leaves empty generations, empty free lists, and counts of 0. The collector
// is off. Returns 0 or ENOMEM, and then collector_close is due, which
// frees every object that is left.
//   thresholds  for gc.set_threshold
int collector_open(struct heap *h, const double *thresholds);
void collector_close(struct heap *h);

// collector_listen - announce collections to h->listener, or to nobody if it has no functions.
// Returns 0 or ENOMEM.
int collector_listen(struct heap *h);

// collector_read - collections and objects_collected since collector_open.
void collector_read(struct heap *h, struct heap_counters *out);

// collector_aside_begin - what follows is not the mutator's business: nothing is collected, counted
// or refused. Returns what collector_aside_end is to be given.
bool collector_aside_begin(void);
void collector_aside_end(struct heap *h, bool enabled);

// collector_objects - a list of the objects in a generation, or with -1 in all but the permanent
// one; to be called aside. NULL: no memory.
PyObject *collector_objects(struct heap *h, int generation);

#endif
