// interned.h - the one str of a value, and the table in which it is found.

#ifndef HEAPBENCH_CPYTHON_INTERNED_H
#define HEAPBENCH_CPYTHON_INTERNED_H

#include "heap.h"

// An interned atom is a str of its payload and this ending: payload and str start at the same
// address, no str of the interpreter ends like it, and it is longer than the one-letter strings of
// which CPython keeps one each.
#define INTERNED_ENDING "\x01\x01"
enum { INTERNED_ENDING_BYTES = sizeof INTERNED_ENDING - 1 };

// interned_open - an empty table. Returns 0 or ENOMEM. interned_close, when every interned atom is gone.
int interned_open(struct heap *h);
void interned_close(struct heap *h);

// interned_is - whether a str is in the table, but for those of the interpreter.
bool interned_is(PyObject *s);

// interned_forget - such a str dies: it leaves the table.
void interned_forget(struct heap *h, PyObject *s);

#endif
