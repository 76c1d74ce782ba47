// gc_tunables.h - what can be set of CPython's cycle collector, for the strategies that model it or
// are it, so that the same setting has the same name, meaning and default in all of them.

#ifndef HEAPBENCH_GC_TUNABLES_H
#define HEAPBENCH_GC_TUNABLES_H

#include "heap.h"

// clang-format off
// The arguments of gc.set_threshold, CPython 3.11. What is swept is the strategy's choice.
//   values  comma-separated, "" for none
#define GC_TUNABLE_THRESHOLD0(values)                                                              \
    {.name = "threshold0",                                                                         \
     .doc = "collect generation 0 when so many more containers were allocated than freed; off: "   \
            "never collect unasked",                                                               \
     .unit = "objects", .fallback = 700, .max = 1e9, .whole = 1, .sweep = (values)}
#define GC_TUNABLE_THRESHOLD1(values)                                                              \
    {.name = "threshold1",                                                                         \
     .doc = "collect generation 1 too after more than so many of generation 0",                    \
     .unit = "collections", .fallback = 10, .max = 1e9, .whole = 1, .sweep = (values)}
#define GC_TUNABLE_THRESHOLD2(values)                                                              \
    {.name = "threshold2",                                                                         \
     .doc = "collect generation 2 too after more than so many of generation 1, if long-lived "     \
            "objects grew by a quarter",                                                           \
     .unit = "collections", .fallback = 10, .max = 1e9, .whole = 1, .sweep = (values)}
#define GC_TUNABLE_ENABLED                                                                         \
    {.name = "enabled",                                                                            \
     .doc = "whether the heap starts collections by itself, as after gc.enable", .unit = "",       \
     .fallback = 1, .choices = (const char *const[]){"off", "on", NULL}, .sweep = "off,on"}

// The defaults of releases, for a table of presets.
#define GC_PRESET_3_11                                                                             \
    {.name = "py3.11", .assignments = "threshold0=700,threshold1=10,threshold2=10",                \
     .doc = "as CPython up to 3.12"}
#define GC_PRESET_3_13                                                                             \
    {.name = "py3.13", .assignments = "threshold0=2000,threshold1=10,threshold2=10",               \
     .doc = "as CPython 3.13"}
// clang-format on

#endif
