// plan.h - from a plan and a selection to the cells of a run, what is observed of each, and the
// order in which a block visits them.
//
// A plan is a JSON file; harness/plans/README.md describes its form. Its slices add cells, and what
// flags narrow or fix holds in all of them:
//   * a slice visits only strategies, workloads and backing allocators that are selected; one with
//     backing allocators of its own is left out when --backing names others;
//   * no slice changes what --set or --param fixed, nor applies a preset to a subject of which a
//     setting is fixed;
//   * a workload whose preset is named has that preset in the base and in one slice of presets, and
//     nothing is swept or set on it: it may be a program that runs out of memory where a tunable is
//     off;
//   * --sweep, --grid and --variant take the place of all slices but the base and the presets that
//   are
//     named; --alone leaves all slices but the base out.
//
// With other builds each of the first `own` cells is there once for each: cell i of build b is i +
// b * own.

#ifndef HEAPBENCH_PLAN_H
#define HEAPBENCH_PLAN_H

#include "job.h"
#include "minheap.h"
#include "model/cell.h"
#include "select.h"

struct plan {
    struct cell **cells; // each key once; the base matrix comes first
    size_t count, base_count;
    size_t own, builds;      // builds is 1 when there is the plan's own alone
    struct observe *observe; // of each cell
    json_t *sweeps, *presets, *incidents, *variants, *grids; // as in the manifest
    json_t *index;                                           // key to position
    size_t *leaders;  // of each own cell; the same for those that run one after the other
    json_t *least;    // program to the fewest bytes with which a strategy runs it; NULL: not asked
    json_t *minheaps; // as in the manifest; NULL likewise
};

// plan_load - a plan by its path, or by the name of one in harness/plans/, checked for its form.
//   returns  NULL with one line in error that says where, and what would be accepted
json_t *plan_load(const char *name, char *error, size_t error_bytes);

// plan_check - whether JSON has the form of a plan; else one line in error that begins with the
// path.
bool plan_check(json_t *plan, const char *path, char *error, size_t error_bytes);

// plan_new - the cells; json is as plan_load returns it.
//   returns  NULL with one line in error
struct plan *plan_new(const struct selection *s, const json_t *json, char *error,
                      size_t error_bytes);
void plan_free(struct plan *plan);

// plan_has_rooms - whether a cell's heap limit is a multiple of the least with which its program
// runs.
// plan_rooms - find those; before, such a limit is 0.
//   returns  false with one line in error when no strategy runs one of the programs
bool plan_has_rooms(const struct plan *plan);
bool plan_rooms(struct plan *plan, const struct selection *s, struct minheap *m, char *error,
                size_t error_bytes);

// plan_heap_limit - that of a cell, in bytes; 0: none.
uint64_t plan_heap_limit(const struct plan *plan, const struct selection *s, size_t position);

// plan_order - positions of all cells in the random order of a block: the same for the same seed
// and block, and each of the orders equally likely (Fisher and Yates; numbers from SplitMix64).
// Block 0 then starts with its first cell of the base matrix, so that a user sees a row at once,
// and ends with the cells that have a load. The same cell of all builds stands together, and so do cells
// that the plan says belong together, in an order that is random, too.
//   order  plan->count positions, filled
void plan_order(const struct plan *plan, uint64_t seed, uint64_t block, size_t *order);

// plan_jobs - every cell in every block, in order: an array of jobs.
json_t *plan_jobs(const struct plan *plan, const struct selection *s);

#endif
