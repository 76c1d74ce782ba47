// trust.h - what makes the numbers of a run worse, with the remedy: one list of limits, asked of
// the machine before a run and of its records after it.
//
// A fact that is not known is NAN, 0 or "" as said below, and the limits on it are passed over.

#ifndef HEAPBENCH_TRUST_H
#define HEAPBENCH_TRUST_H

#include "base/names.h"

#include <stdio.h>

struct sqlite3;

// load_others    load average of other programs: the most that was seen; NAN: unknown
// cpus           of the machine; 0: unknown
// thp, governor  as the kernel spells them, "always", "powersave"; "": unknown
// allocator      environment variables that set an allocator, "MALLOC_ARENA_MAX=1 ..."; "": none
// preload        LD_PRELOAD of this process, which invocations do not get; "": none
// commits, builds, cpu_models, kernels  all that occur among the programs and the records
// preemptions    most in a second of any cell, median; NAN: unknown
// preempted_cell that cell's key
// stolen_share   of the machine's CPU time what the host of a virtual machine gave to others, 0 ..
//                1; NAN: unknown
// runs           other heapbench runs on this machine: the most that were seen; 0 or less: none, or
//                unknown
// waited_share   largest share of a cell's wall time in which it had no CPU, 0 .. 1; NAN: unknown
// waited_cell    that cell's key
// blocks         most blocks of any cell; 0: nothing ran yet
// coverage       of an interval over so many blocks, 0 .. 1
// cut            cells that ran in the first block alone, to keep to the budget
// pause_spread   of the longest collection, CPU time: the middle cell's largest of all blocks over its smallest; NAN:
//                unknown
// planned, missing, damaged, strays  invocations of the plan; those without a record; records that
//                were not whole; records of no planned cell
struct trust_facts {
    double load_others;
    int cpus;
    char thp[32], governor[32];
    char *allocator;
    const char *preload;
    struct names commits, builds, cpu_models, kernels;
    double waited_share, preemptions, stolen_share;
    char *waited_cell, *preempted_cell;
    int runs;
    int blocks;
    double coverage;
    int cut;
    double pause_spread;
    int planned, missing, damaged, strays;
};

// trust_live - the machine as it is now, about to run programs of this build.
// trust_recorded - a run, from its table (results/schema.sql).
// trust_facts_free - what they point to.
struct trust_facts trust_live(const char *build);
struct trust_facts trust_recorded(struct sqlite3 *db);
void trust_facts_free(struct trust_facts *facts);

// trust_check - one sentence for each limit that is passed, most important first: what is so, and
// what to do about it. Free the names.
struct names trust_check(const struct trust_facts *facts);

// trust_warn - print what trust_check found, a line each; then free the facts.
void trust_warn(struct trust_facts facts, FILE *out);

#endif
