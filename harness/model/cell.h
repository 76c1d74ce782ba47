// cell.h - one point of the matrix, and its key: the only file that prints or reads one.
//
// A cell is a program (workload, parameters, steps, seed, input) in a configuration (build,
// strategy, tunables, backing allocator, heap limit). Its key is
//
//     workload[params]/strategy[tunables]/backing
//         @build=..@heap=64M@seed=2@steps=500@load=0.7@heap=1.5x@again@input=NAME
//
// where each part after the backing is there only when it differs from the plan, and the brackets
// hold what differs from the declared defaults; both are left out when nothing does. @again is the
// same cell under a second name: what differs between the two is noise.

#ifndef HEAPBENCH_CELL_H
#define HEAPBENCH_CELL_H

#include "setting.h"

#include <jansson.h>
#include <stdbool.h>

// What a cell may be given otherwise than the plan says, apart from its build and input:
// CELL_HEAP  most bytes the heap may hold; 0: no limit
// CELL_LOAD  steps are due at random moments, this share of the closed-loop rate of the program's
//            fastest cell in a second (run/rate.h); NAN: a closed loop
// CELL_ROOM  most bytes the heap may hold, as a multiple of the fewest with which any strategy runs
//            the program (run/minheap.h); in a key and as typed it is heap=1.5x
enum { CELL_HEAP, CELL_SEED, CELL_STEPS, CELL_LOAD, CELL_ROOM, CELL_AROUND };

// params and tunables are "name=value;name=value" in declared order, "" when nothing differs from
// the defaults. build and input are NULL, a number of around NAN, where the plan's holds.
struct cell {
    char *workload, *params, *strategy, *tunables, *backing;
    char *build, *input;
    double around[CELL_AROUND];
    bool again;
    char *key;
};

// cell_new - copies all but the key, and makes that. Exits the program when there is no memory.
struct cell *cell_new(const struct cell *like);
void cell_free(struct cell *cell);

// cell_read - a cell from its key, whose names and settings are not checked.
//   returns  NULL with one line in error
struct cell *cell_read(const char *key, char *error, size_t error_bytes);

// cell_around - the table of CELL_AROUND settings, by the names they have in a key; one that is not
// set is NAN.
// cell_around_text - a value of one as in a key: "64M". The caller frees it.
const struct setting *cell_around(void);
char *cell_around_text(int which, double value);

// cell_typed - a setting and its values as they are typed, with heap=1.5x as room=1.5. A new
// string.
char *cell_typed(const char *assignment);

// cell_name - "name[settings]", without brackets when settings is "". The caller frees it.
char *cell_name(const char *name, const char *settings);

// cell_json - an element of `cells` in a manifest: the key and its parts.
json_t *cell_json(const struct cell *cell);

#endif
