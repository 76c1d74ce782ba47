// svg.h - makes a picture of gnuplot's fit to stand in a page: small, drawn in the page's colours,
// and with the names of what it shows.

#ifndef HEAPBENCH_SVG_H
#define HEAPBENCH_SVG_H

#include "base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// What is drawn in the colour of a style (plots/common.gp).
struct svg_series {
    int style;
    const char *name, *text; // text: its values, "" for none
};

// What the panels of one picture have written, so that it is written once. name: in front of ids
struct svg_seen {
    const char *name;
    struct names texts; // of long elements
    bool *used;         // of each, whether another element refers to it
    struct names marks; // ids of shapes in a size
};

struct svg_size {
    double width, height;
};

// svg_compact - write what stands between <svg> and </svg>. Of gnuplot's attributes those are left
// out that figures of a page have (SVG_INHERITED) or that SVG has anyway; numbers have one decimal;
// the points' shapes are svg_symbols'. A plotted element becomes <g data-s="STRATEGY"><title>NAME:
// TEXT</title> by the first colour in it, with one title of several alike; a text that is a name
// has data-s, too. What is long or a mark has an id.
//   returns  its size; 0 x 0 when the text is no picture of gnuplot's
struct svg_size svg_compact(const char *svg, const struct svg_series *series, size_t count,
                            struct svg_seen *seen, FILE *out);

// svg_drop_ids - take the ids of long elements to which nothing refers out of what was written of a
// panel, when all were.
void svg_drop_ids(const struct svg_seen *seen, char *ink);
// svg_unquote - write it as HTML does with it: without quotes around values that need none, a
// twelfth of its length. Ids keep theirs, by which they are found in a page.
void svg_unquote(const char *ink, FILE *out);
void svg_seen_free(struct svg_seen *seen);

// svg_open - the tag <svg>. more: attributes, or "".
void svg_open(FILE *out, struct svg_size size, const char *more);

// What a figure of the page has by plots/report.html, and a picture of its own by attributes.
#define SVG_INHERITED                                                                              \
    " font-family=\"sans-serif\" font-size=\"11\" fill=\"none\" stroke=\"currentColor\""

// svg_symbols - the shapes of points, once for all pictures of a page.
extern const char svg_symbols[];

#endif
