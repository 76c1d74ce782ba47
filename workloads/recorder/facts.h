// facts.h - what the recorder must know of the interpreter it is built for: one file for each
// version.

#ifndef HEAPBENCH_RECORDER_FACTS_H
#define HEAPBENCH_RECORDER_FACTS_H

#if PY_VERSION_HEX >> 16 == 0x030b
#include "facts_311.h"
#else
#error "the recorder knows CPython 3.11: another version needs a file of facts"
#endif

#endif
