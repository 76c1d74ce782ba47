// draw.h - from a table to its picture: gnuplot runs a script.

#ifndef HEAPBENCH_DRAW_H
#define HEAPBENCH_DRAW_H

#include "store/store.h"

#include <stdbool.h>

struct drawing {
    struct store *store;
    bool gnuplot; // it is installed
};

// name    of plots/NAME.tsv and plots/NAME.svg in the run's folder
// title   above the picture; shows: what is in it, for those who cannot see it
// script  for gnuplot
// table   TSV; reason: why there is nothing to draw, NULL when there is something
struct picture {
    const char *name, *title, *shows, *script;
    const char *table;
    size_t table_bytes;
    const char *reason;
    char *svg; // made by draw_picture; free it
    size_t svg_bytes;
};

// drawing_start - look for gnuplot.
struct drawing drawing_start(struct store *store);

// draw_picture - write plots/NAME.tsv and plots/NAME.svg, whole or not at all. What cannot be drawn
// becomes a card that gives the reason; when that is gnuplot's complaint, it is on stderr, too.
//   returns  0, or an errno value when a file could not be written; svg is set then, too
int draw_picture(struct drawing *drawing, struct picture *picture);

#endif
