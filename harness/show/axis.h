// axis.h - where the values of a swept setting lie along the x axis of a plot.
//
// Positive numbers lie by their logarithm, with "off" behind the largest one, where "never"
// belongs. Choices, and numbers of which some are zero or lie too close to be told apart, are
// spaced evenly.

#ifndef HEAPBENCH_AXIS_H
#define HEAPBENCH_AXIS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct axis_value {
    double value, position;
    const char *label; // belongs to the manifest
};

struct axis {
    struct axis_value *values; // in order of position, each value once
    size_t count;
    bool logarithmic;
};

// axis_add - values of a sweep's points, [[value, label, key], ...]. After the last one,
// axis_place.
void axis_add(struct axis *axis, const json_t *points);

// axis_place - sort and give positions.
//   choices  the setting's values are names
void axis_place(struct axis *axis, bool choices);
void axis_free(struct axis *axis);

// axis_position - of a value; one that is no point of the sweep lies between them if the axis is
// logarithmic, and is NAN otherwise.
double axis_position(const struct axis *axis, double value);

#endif
