// draw.h - from a table to its picture: gnuplot runs a script.

#ifndef HEAPBENCH_DRAW_H
#define HEAPBENCH_DRAW_H

#include "rows.h"
#include "store/store.h"

#include <stdbool.h>

struct drawing {
    struct store *store;
    bool gnuplot;    // it is installed
    char *colours;   // the text of plots/colours.css
    size_t pictures; // so far, by which their ids differ in a page
};

// name    of plots/NAME.tsv and plots/NAME.svg in the run's folder
// title   of the picture; shows: what is in it, for those who cannot see it
// script  for gnuplot
// rows    columns panel, series, style; a column `text` says the values of a series
// reason  why there is nothing to draw, NULL when there is something
// keyed   the page has its key beside it (draw_key), so the file has it in itself
struct picture {
    const char *name, *title, *shows, *script;
    const struct rows *rows;
    const char *reason;
    bool keyed;
};

// drawing_start - look for gnuplot.
//   folder  plots/ of the sources
struct drawing drawing_start(struct store *store, const char *folder);
void drawing_end(struct drawing *drawing);

// draw_picture - write plots/NAME.tsv and plots/NAME.svg, whole or not at all, and to page the
// panels as HTML. What cannot be drawn becomes a card that gives the reason; when that is gnuplot's
// complaint, it is on stderr, too.
//   returns  0, or an errno value when a file could not be written
int draw_picture(struct drawing *drawing, const struct picture *picture, FILE *page);

// draw_key - the series of some rows, each with its line, as HTML.
void draw_key(const struct rows *rows, FILE *page);

#endif
