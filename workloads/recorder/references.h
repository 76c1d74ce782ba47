// references.h - what replay needs beside births and deaths: references between live objects, and time.

#ifndef HEAPBENCH_RECORDER_REFERENCES_H
#define HEAPBENCH_RECORDER_REFERENCES_H

#include "recorder.h"

// references_write - of the objects in a list of the interpreter's, what each refers to, unless it is as
// it was. When the recording is to have the graph; else nothing.
void references_write(struct recorder *r, facts_head *list);

// references_tick - write what time has passed, at most every millisecond: that of the program, without the
// recorder's work at collections.
void references_tick(struct recorder *r);

#endif
