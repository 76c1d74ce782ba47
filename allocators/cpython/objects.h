// objects.h - the types of nodes and atoms, and the count of what dies.

#ifndef HEAPBENCH_CPYTHON_OBJECTS_H
#define HEAPBENCH_CPYTHON_OBJECTS_H

#include "heap.h"

// objects_open - readies the types and takes notice of every list and str that dies. Returns 0 or
// ENOMEM. objects_close takes that back.
int objects_open(void);
void objects_close(void);

// objects_watch - from now on, what dies is counted as this heap's; NULL: is not counted.
void objects_watch(struct heap *h);

// objects_requested_bytes - the object's part of bytes_allocated.
uint64_t objects_requested_bytes(PyObject *o);

#endif
