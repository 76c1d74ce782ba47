// interpreters.h - strategies made of interpreters that are named when a run starts.
//
// A file of harness/runners without an ending makes bench-NAME of an interpreter whose program begins
// with that file's name (python3.14, ./python: runners/python), and is itself run by it. The programs
// stand in a folder of their own in /tmp while the run lasts, with those of another folder beside them.

#ifndef HEAPBENCH_INTERPRETERS_H
#define HEAPBENCH_INTERPRETERS_H

#include "base/names.h"

// interpreters_make - asked: "PATH" or "NAME=PATH" of each; what has no name is called after its
// runner: python_a, python_b. Each becomes "NAME=/whole/path".
//   beside   folder of the other programs; NULL: that of this program
//   returns  the folder; NULL with one line in error, and nothing is left of it
char *interpreters_make(struct names *asked, const char *beside, char *error, size_t error_bytes);

// interpreters_forget - remove the folder and free its name. Accepts NULL.
void interpreters_forget(char *dir);

// interpreters_names - a new list of what they are called.
struct names interpreters_names(const struct names *asked);

#endif
