// programs.h - what heaps are put under stress with: every workload, in small; scenarios and traces
// by chance.

#ifndef HEAPBENCH_PROGRAMS_H
#define HEAPBENCH_PROGRAMS_H

#include "runner/invocation.h"

enum { PROGRAMS_STEPS = 20, PROGRAMS_TRACE_OPERATIONS = 300 };

// A workload with all that it reads; or a trace, whose operations are repeated when memory was
// refused.
struct program {
    char name[64];
    struct invocation_plan *plan; // of the workload; NULL: it is the trace
    struct trace *trace;
};

// program_count - how many there are, with so many scenarios and traces by chance each.
// program_new - the i-th. Everything that is whole and large among a workload's parameters is
// small, but for `large`: then it is as it is measured. Ends the process when there is no memory.
// program_of_scenario - a program with phases. Ends the process when it is none.
// program_free accepts NULL.
size_t program_count(size_t by_chance);
struct program *program_new(size_t i, size_t by_chance, bool large);
struct program *program_of_scenario(json_t *json, const char *name);
void program_free(struct program *p);

// chance_scenario - the JSON of a program with phases in small, which is good. The same seed gives
// the same one.
json_t *chance_scenario(uint64_t seed);

#endif
