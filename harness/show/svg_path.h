// svg_path.h - writes a path in few characters: in tenths of a pixel, each point relative to the
// one before.

#ifndef HEAPBENCH_SVG_PATH_H
#define HEAPBENCH_SVG_PATH_H

#include <stdbool.h>
#include <stdio.h>

// svg_path_write - write what an attribute d says.
//   from, end  M, L and Z with absolute coordinates, or with `closed` the points of a polygon
//   returns    whether it draws anything: a line, or with `closed` an area
bool svg_path_write(const char *from, const char *end, bool closed, FILE *out);

#endif
