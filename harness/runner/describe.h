// describe.h - what this runner is made of, for the driver.

#ifndef HEAPBENCH_DESCRIBE_H
#define HEAPBENCH_DESCRIBE_H

#include <jansson.h>

// describe - the strategy with its traits, tunables and presets; counters; kinds of pauses;
// workloads with their parameters; the build. NULL without memory.
json_t *describe(void);

#endif
