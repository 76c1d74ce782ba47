// report.h - from a run's records to what people look at: tables, plots, one page.

#ifndef HEAPBENCH_REPORT_H
#define HEAPBENCH_REPORT_H

#include "store/store.h"

#include <stdio.h>

// report_run - write cells.csv, percentiles/, plots/ and report.html into the run's folder, and
// print the final table and where the report is to out. Complaints go to stderr. Without gnuplot
// all but the pictures is there.
//   returns  0; 1 when a file could not be written, or a query of a question failed
int report_run(struct store *store, FILE *out);

#endif
