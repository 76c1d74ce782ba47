// svg_join.h - leaves out of a compact picture (svg.h) what its neighbours say already.

#ifndef HEAPBENCH_SVG_JOIN_H
#define HEAPBENCH_SVG_JOIN_H

#include <stdio.h>

// svg_join - write a picture with one title of several alike, the last, which of a band and its
// line is the line's; and as one group those that follow each other and have the same tag.
void svg_join(const char *picture, FILE *out);

#endif
