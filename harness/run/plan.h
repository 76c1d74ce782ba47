// plan.h - the cells of a run, the sweeps they form, and the order in which a block visits them.
//
// The base matrix is every selected strategy on every selected workload that it runs, on every
// selected backing allocator, with the settings that the user fixed. Around it:
//   * each axis that is a tunable is swept on the workloads marked sweeps_quick (with --workload and
//     either --full or --sweep: on all those named; when none is marked and --sweep is given: on all);
//   * each axis that is a parameter is swept for every strategy;
//   * with --preset for a workload, nothing is swept on it unless by --sweep: the preset may be a
//     program that runs out of memory where a tunable is off;
//   * each preset of a workload is run by every strategy that claims what it needs, and by that
//     strategy's own presets where its tunables are not fixed: all presets in the full matrix, those
//     marked for it in the quick one; none with --sweep, and none of a workload of which a parameter
//     is fixed, unless by --preset;
//   * unless --backing or --sweep narrows the plan, every strategy with a choice memory=malloc also
//     runs so on each installed backing allocator, on the workloads that tunables are swept on; in a
//     quick plan only where that choice is marked quick_sweep or the strategy was named.
// But for presets, only one setting leaves the base at a time.

#ifndef HEAPBENCH_PLAN_H
#define HEAPBENCH_PLAN_H

#include "model/cell.h"
#include "select.h"

struct plan {
    struct cell **cells; // each key once; the base matrix comes first
    size_t count, base_count;
    json_t *sweeps, *presets; // as in the manifest
    json_t *index;            // key to position
};

struct plan *plan_new(const struct selection *s, bool full);
void plan_free(struct plan *plan);

// plan_cells_json - `cells` of the manifest. plan_from_json - the plan of a manifest, NULL when it
// is damaged.
json_t *plan_cells_json(const struct plan *plan);
struct plan *plan_from_json(const json_t *manifest);

// plan_audits - whether floating garbage is worth an audit of the cell: of the base matrix, of the
// presets, and of sweeps of tunables. A parameter's sweep shows leaks already, and a backing
// allocator does not change what is garbage.
bool plan_audits(const struct plan *plan, size_t position);

// plan_order - positions of all cells in the random order of a block: the same for the same seed
// and block, and each of the orders equally likely (Fisher and Yates; numbers from SplitMix64).
// Block 0 then starts with its first cell of the base matrix, so that a user sees a row at once.
//   order  plan->count positions, filled
void plan_order(const struct plan *plan, uint64_t seed, uint64_t block, size_t *order);

#endif
