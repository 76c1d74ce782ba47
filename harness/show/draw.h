// draw.h - from a plot's table to its picture: gnuplot runs a script of plots/.

#ifndef HEAPBENCH_DRAW_H
#define HEAPBENCH_DRAW_H

#include "question.h"
#include "store/store.h"

#include <stdbool.h>

struct drawing {
    struct store *store;
    char *scripts; // the folder plots/ of the project
    bool gnuplot;  // it is installed
};

// drawing_start - find the scripts and gnuplot.
//   returns  false with one line in error when the scripts are not found; that gnuplot is missing
//            is no error
bool drawing_start(struct drawing *drawing, struct store *store, char *error, size_t error_bytes);
void drawing_end(struct drawing *drawing);

// draw_plot - write plots/NAME.tsv, and plots/NAME.svg, whole or not at all. A plot without data
// becomes a card that gives the reason; so does one that gnuplot could not draw, and then its
// complaint is the reason. plot->svg is set whenever there is a picture.
//   returns  0, or an errno value when a file could not be written
int draw_plot(struct drawing *drawing, struct plot *plot);

#endif
