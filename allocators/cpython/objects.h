// objects.h - the types of nodes and atoms, and the count of what dies.

#ifndef HEAPBENCH_CPYTHON_OBJECTS_H
#define HEAPBENCH_CPYTHON_OBJECTS_H

#include "heap.h"

// An interned atom is a str of its payload and this ending: payload and str start at the same
// address, no str of the interpreter ends like it, and it is longer than the one-letter strings of
// which CPython keeps one each.
#define OBJECTS_ENDING "\x01\x01"
enum { OBJECTS_ENDING_BYTES = sizeof OBJECTS_ENDING - 1 };

// objects_open - readies the types and takes notice of every list and str that dies. Returns 0 or
// ENOMEM. objects_close takes that back.
int objects_open(void);
void objects_close(void);

// objects_watch - from now on, what dies is counted as this heap's; NULL: is not counted.
void objects_watch(struct heap *h);

// objects_requested_bytes - the object's part of bytes_allocated.
uint64_t objects_requested_bytes(PyObject *o);

#endif
