// select_axes.h - which settings are swept over which values; a part of select.c.

#ifndef HEAPBENCH_SELECT_AXES_H
#define HEAPBENCH_SELECT_AXES_H

#include "select.h"

// select_axes - fill s->axes from --sweep, or without one from what is declared: all sweeps in the
// full matrix, those marked for it in the quick one, and none of a setting that the user fixed.
bool select_axes(struct selection *s, const struct options *o, char *error, size_t error_bytes);

// Names to accept, each once: of the selected strategies, and for presets of the workloads too.
struct names select_tunable_names(const struct selection *s);
struct names select_preset_names(const struct selection *s);

#endif
