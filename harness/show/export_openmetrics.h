// export_openmetrics.h - the summary as OpenMetrics text, for Prometheus and what reads its format.

#ifndef HEAPBENCH_EXPORT_OPENMETRICS_H
#define HEAPBENCH_EXPORT_OPENMETRICS_H

#include "read/summary.h"

#include <stdio.h>

// export_openmetrics - a gauge for each metric, in base units (seconds, bytes), with the cell in
// the labels and which of median, ci_low and ci_high it is in the label stat.
void export_openmetrics(const struct summary *summary, FILE *out);

#endif
