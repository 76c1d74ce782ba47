// gc_tunables.h - what can be set of CPython's cycle collector, for the strategies that model it or
// are it, so that the same setting has the same name, meaning and default in all of them.

#ifndef HEAPBENCH_GC_TUNABLES_H
#define HEAPBENCH_GC_TUNABLES_H

#include "heap.h"

enum gc_tunable {
    GC_THRESHOLD0,
    GC_THRESHOLD1,
    GC_THRESHOLD2,
    GC_ENABLED,
    GC_FREEZE_AFTER_SETUP,
    GC_COLLECT_EVERY,
    GC_COLLECT_WHEN,
    GC_MEMORY,
    GC_INTERNED_KEPT,
    GC_TUNABLES
};

// clang-format off
// The members of struct heap_strategy.tunables. The thresholds are the arguments of
// gc.set_threshold, CPython 3.11.
//   values  of each threshold that are swept, the strategy's choice; comma-separated, "" for none
//   young   the condition on which there are generations, beside threshold0
#define GC_TUNABLES_SWEPT(values0, values1, values2, young)                                        \
    [GC_THRESHOLD0] =                                                                              \
    {.name = "threshold0",                                                                         \
     .doc = "collect generation 0 when so many more containers were allocated than freed; off: "   \
            "never collect unasked",                                                               \
     .unit = "objects", .fallback = 700, .max = 1e9, .whole = 1, .sweep = (values0)},              \
    [GC_THRESHOLD1] =                                                                              \
    {.name = "threshold1",                                                                         \
     .doc = "collect generation 1 too after more than so many of generation 0",                    \
     .when = (young), .unit = "collections", .fallback = 10, .max = 1e9, .whole = 1,               \
     .sweep = (values1)},                                                                          \
    [GC_THRESHOLD2] =                                                                              \
    {.name = "threshold2",                                                                         \
     .doc = "collect generation 2 too after more than so many of generation 1, if long-lived "     \
            "objects grew by a quarter",                                                           \
     .when = (young), .unit = "collections", .fallback = 10, .max = 1e9, .whole = 1,               \
     .sweep = (values2)},                                                                          \
    [GC_ENABLED] = GC_TUNABLE_ENABLED,                                                             \
    [GC_FREEZE_AFTER_SETUP] = HEAP_TUNABLE_FREEZE_AFTER_SETUP,                                     \
    [GC_COLLECT_EVERY] = HEAP_TUNABLE_COLLECT_EVERY,                                               \
    [GC_COLLECT_WHEN] = HEAP_TUNABLE_COLLECT_WHEN,                                                 \
    [GC_MEMORY] = HEAP_TUNABLE_MEMORY,                                                             \
    [GC_INTERNED_KEPT] = HEAP_TUNABLE_INTERNED_KEPT

#define GC_TUNABLE_ENABLED                                                                         \
    {.name = "enabled",                                                                            \
     .doc = "whether the heap starts collections by itself, as after gc.enable",                   \
     .when = "threshold0!=off", .unit = "",                                                        \
     .fallback = 1, .choices = (const char *const[]){"off", "on", NULL}, .sweep = "off,on"}

#define GC_TRAITS                                                                                  \
    (HEAP_COUNTS | HEAP_FREES_AT_ONCE | HEAP_FREES_ACYCLIC | HEAP_FREES_CYCLES |                   \
     HEAP_GENERATIONAL | HEAP_GUARDS)

// The defaults of releases: struct heap_strategy.presets.
//   since_312  what a model sets beside thresholds: a comma and an assignment, or ""
// Further ones follow, each with a comma after it.
#define GC_PRESETS(since_312, ...)                                                                            \
    (const struct preset[]) {                                                                      \
        {.name = "py3.11", .assignments = "threshold0=700,threshold1=10,threshold2=10",            \
         .doc = "as CPython up to 3.12"},                                                          \
        {.name = "py3.13", .assignments = "threshold0=2000,threshold1=10,threshold2=10" since_312, \
         .doc = "as CPython 3.13"},                                                                \
        __VA_ARGS__                                                                                \
        {.name = NULL}                                                                             \
    }
// clang-format on

#endif
