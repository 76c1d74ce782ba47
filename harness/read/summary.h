// summary.h - a run in numbers: for every cell and metric the median over blocks and its interval.
//
// Only invocations that ended `ok` count: one that ran out of memory did less work, and its figures
// are not those of the cell. All outcomes are counted, and a report shows them.
//
// The records of a full run do not fit into memory: each is read, boiled down to a row, and let go.

#ifndef HEAPBENCH_SUMMARY_H
#define HEAPBENCH_SUMMARY_H

#include "base/names.h"
#include "base/stats.h"
#include "metrics.h"
#include "model/outcome.h"
#include "store/store.h"

// The percentiles of which a latency curve is made: SUMMARY_CURVE points, evenly spaced in log10 of
// 1/(1-p), ten for each nine.
enum { SUMMARY_CURVE = 71 };
double summary_curve_percentile(size_t point);

// One invocation.
struct summary_row {
    long long block;
    enum outcome outcome;
    char *detail;           // "" for ok
    size_t value_count;     // metrics known when the record was read; later ones it did not measure
    double *values;         // by metric
    char *observed, *graph; // "" when not there
    char *program;          // what must agree for these two to agree, besides workload and params
    uint64_t curve[SUMMARY_CURVE]; // latencies in ns; UINT64_MAX where too few values lie above
    char *trace; // JSON {"samples", "events"} of base cells and presets; else NULL
};

struct summary_value {
    size_t n;                 // invocations that measured it
    double median, low, high; // NAN when n is 0; low and high also when n is 1
};

// Texts of the key's parts belong to the store.
struct summary_cell {
    const char *key, *workload, *params, *strategy, *tunables, *backing;
    bool base;                // changes least of all cells of its workload and strategy
    bool preset;              // of a preset of its workload
    struct summary_row *rows; // by block
    size_t row_count;
    size_t outcomes[OUTCOMES];
    struct latency *merged;       // latencies of all blocks; NULL: none
    struct summary_value *values; // by metric
};

// What differed between invocations though it should not, and how loaded the machine was.
struct summary_machine {
    struct names commits, cpus, builds, kernels;
    struct names libraries; // "jemalloc 5.3.0 (file)" of the backing allocators that were loaded
    double load_max;
};

struct summary {
    const struct store *store;
    struct metric_set *metrics;
    struct summary_cell *cells; // in the order of the plan
    size_t cell_count;
    struct names strategies; // sorted; a strategy's place decides how plots draw it
    struct names workloads;  // in the order of the plan
    const char *backing;     // that most cells have: plots and tables show it unless they say so
    size_t blocks;           // most invocations of any cell
    size_t records;          // rows of all cells
    size_t strays;           // records of no planned cell
    size_t damaged;          // records that were not whole
    struct summary_machine machine;
};

// summary_new - read the run's folder again, from beginning to end. The store must outlive it.
struct summary *summary_new(const struct store *store);
void summary_free(struct summary *summary);

// summary_find - a cell by its key, or NULL.
struct summary_cell *summary_find(const struct summary *summary, const char *key);

// summary_base - the base cell of a workload and a strategy: usually the one with all defaults.
//   returns  NULL when the strategy did not run the workload
const struct summary_cell *summary_base(const struct summary *summary, const char *workload,
                                        const char *strategy);

// summary_get - the value of a metric by name; a name that the run does not have gives n = 0, as
// does a cell that is NULL.
struct summary_value summary_get(const struct summary *summary, const struct summary_cell *cell,
                                 const char *metric);

// summary_of - median and interval of any sample, one value for each block.
struct summary_value summary_of(const struct summary *summary, const double *values, size_t count);

// summary_style - a strategy's place in the order of names, from 1.
size_t summary_style(const struct summary *summary, const char *strategy);

// summary_trace - samples and events of the invocation whose value of the metric is the median of
// the ok ones; of any invocation that has them when none is ok.
//   returns  a new reference, or NULL
json_t *summary_trace(const struct summary *summary, const struct summary_cell *cell,
                      const char *metric);

// summary_outcome - how the cell's invocations ended: "ok", "2 of 5 crashed", "never ran".
//   returns  a new string
char *summary_outcome(const struct summary_cell *cell);

// summary_setting - the descriptor of a setting, as --describe gives it, or NULL.
//   kind   "tunable" of a strategy, or "param" of a workload
const json_t *summary_setting(const struct summary *summary, const char *kind, const char *owner,
                              const char *name);

#endif
