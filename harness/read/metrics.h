// metrics.h - what is read out of a record; every metric is declared once.
//
// The heap's counters, the backing allocator's own figures and the pauses of each kind are metrics
// too; which there are is derived from the run's manifest and records. A metric that an invocation
// did not measure is NAN, never zero.

#ifndef HEAPBENCH_METRICS_H
#define HEAPBENCH_METRICS_H

#include "base/latency.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum metric_better { METRIC_NEITHER, METRIC_LOWER, METRIC_HIGHER };

// A record whose histograms have been read. The one of a single pause kind is read when first asked
// for.
struct measured {
    const json_t *record;
    bool has_latency, has_pauses;
    struct latency latency, pauses; // pauses: all kinds merged
    const char *kind;               // the kind that kind_pauses holds; NULL: none yet
    bool has_kind;
    struct latency kind_pauses;
};

// name    as in cells.csv; [A-Za-z0-9_.]+
// unit    "ns", "bytes", "steps/s", "fraction", or what is counted
// doc     one sentence, no full stop
// read    the value in a record, NAN when it was not measured
// field   what read looks at: the path of a field, its parts joined by '/', or a pause kind
// number  what read needs besides: a percentile
struct metric {
    const char *name, *unit, *doc;
    enum metric_better better;
    double (*read)(struct measured *m, const struct metric *metric);
    const char *field;
    double number;
};

struct metric_set {
    struct metric *list;
    size_t count;
    size_t declared; // the first of them, from the table; the others were derived
    char **texts;    // owned texts of derived metrics
    size_t text_count;
};

// metrics_new - the metrics that a run's manifest announces. metrics_free accepts NULL.
struct metric_set *metrics_new(const json_t *manifest);

// metrics_found - add what a record has all the same: the backing allocator's figures are announced
// by nobody. The places of earlier metrics do not change.
void metrics_found(struct metric_set *set, const json_t *record);
void metrics_free(struct metric_set *set);

// metrics_find - index of a metric, or SIZE_MAX.
size_t metrics_find(const struct metric_set *set, const char *name);

// measured_read - make a record ready for metric->read.
void measured_read(struct measured *m, const json_t *record);

// metric_field - the number at a path of the record, as metric.field; NAN when there is none.
double metric_field(struct measured *m, const char *path);

// metric_better_name - "lower", "higher", "neither".
const char *metric_better_name(enum metric_better better);

#endif
