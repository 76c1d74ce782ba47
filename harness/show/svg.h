// svg.h - makes a picture of gnuplot's fit to stand in a page: small, drawn in the page's colours, and with
// the names of what it shows.

#ifndef HEAPBENCH_SVG_H
#define HEAPBENCH_SVG_H

#include "base/names.h"

#include <stddef.h>
#include <stdio.h>

// What is drawn in the colour of a style (plots/common.gp).
struct svg_series {
    int style;
    const char *name, *text; // text: its values, "" for none
};

// The long elements of the panels of one picture, which are written once. name: in front of their ids
struct svg_seen {
    const char *name;
    struct names texts;
};

struct svg_size {
    double width, height;
};

// svg_compact - write what stands between <svg> and </svg>. Of gnuplot's attributes those are left out that
// svg_open sets or that SVG has anyway; numbers have one decimal; the points' shapes are svg_symbols'. A plotted
// element becomes <g data-s="STRATEGY"><title>NAME: TEXT</title> by the first colour in it;
// a text that is a name has data-s, too.
//   returns  its size; 0 x 0 when the text is no picture of gnuplot's
struct svg_size svg_compact(const char *svg, const struct svg_series *series, size_t count,
                            struct svg_seen *seen, FILE *out);

// svg_open - the tag <svg>, with what every panel inherits. more: further attributes, or "".
void svg_open(FILE *out, struct svg_size size, const char *more);

// svg_symbols - the shapes of points, once for all pictures of a page.
extern const char svg_symbols[];

#endif
