// files.h - the text files of a run that other programs read.

#ifndef HEAPBENCH_FILES_H
#define HEAPBENCH_FILES_H

#include "read/summary.h"

#include <stdio.h>

// files_cells - cells.csv: one row for each cell and metric that was measured, and one for each
// outcome.
void files_cells(const struct summary *summary, FILE *out);

// files_percentiles - a cell's latencies, all blocks merged, in HdrHistogram's percentile text
// format; ns.
//   returns  0 and nothing written when the cell has no latencies
int files_percentiles(const struct summary_cell *cell, FILE *out);

// files_name - a file name for a cell's key: letters, digits and . = _ - only, at most 120
// characters; two keys never share one (a hash of the key is added where a character was replaced).
//   returns  a new string
char *files_name(const char *key, const char *extension);

#endif
