// version.h - the version of heapbench; harness/packaging writes it into all that is released.
// It grows in its second number when a plan, a record or a flag means something else, in its third otherwise.

#ifndef HEAPBENCH_VERSION_H
#define HEAPBENCH_VERSION_H

#define HEAPBENCH_VERSION "0.1.0"

#endif
