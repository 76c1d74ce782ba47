// preset.h - named combinations of settings, as strategies and workloads declare them; see struct
// preset in setting.h. Here a preset is its JSON form, and belongs to the catalog.

#ifndef HEAPBENCH_PRESET_H
#define HEAPBENCH_PRESET_H

#include "catalog.h"
#include "values.h"

// presets_of - the presets in a description of a strategy or a workload; NULL when there are none.
const json_t *presets_of(const json_t *described);

// preset_find - by name, or NULL. preset_text - its name, doc or assignments; "" when it has none.
const json_t *preset_find(const json_t *described, const char *name);
const char *preset_text(const json_t *preset, const char *field);
bool preset_is_quick(const json_t *preset);

// preset_apply - set what it assigns, and mark that as fixed.
//   returns  false with one line in error when it does not fit the table; catalog_load has seen to
//            it that all do
bool preset_apply(const json_t *preset, struct values *v, char *error, size_t error_bytes);

// preset_suits - whether a strategy claims what the preset of a workload needs.
bool preset_suits(const json_t *preset, const struct catalog_strategy *s);

// preset_matching - the first preset that makes the same values of its table, or NULL.
const json_t *preset_matching(const json_t *described, const struct values *v);

#endif
