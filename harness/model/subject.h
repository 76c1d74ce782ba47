// subject.h - a strategy or a workload as the driver sees it: a name, settings, presets and traits.
//
// To the driver they are the same: both have a table of settings (a strategy calls its own
// tunables, a workload parameters) and presets, named combinations of them.

#ifndef HEAPBENCH_SUBJECT_H
#define HEAPBENCH_SUBJECT_H

#include "base/names.h"
#include "values.h"

#include <stdint.h>

struct subject {
    const char *name, *summary;
    json_t *json; // its part of --describe
    struct setting *settings;
    size_t setting_count;
    // Of a strategy only:
    char *path;             // of its program
    struct names workloads; // that it runs
    bool counting;          // what is started counts, and so audits
    // Of a workload only:
    const char *step_is;
    uint64_t steps;
    const char *reads; // what --input names: "text", "trace", or "": nothing
};

// subject_read - from its JSON, which gets one more reference; path and workloads stay empty.
//   returns  false when it is not in the form of --describe: settings, presets that assign settings
//            there are with values in their range, traits with names
bool subject_read(struct subject *s, json_t *json, const char *settings);
void subject_free(struct subject *s);

// subject_values - all its settings at their defaults.
struct values subject_values(const struct subject *s);

// subject_has_trait - whether it claims that; a workload may be an instrument.
bool subject_has_trait(const struct subject *s, const char *trait);

// subject_settings - "a=1;b=2" in the form of a key: declared order, without what is the default.
//   returns  a new string, or NULL with one line in error
char *subject_settings(const struct subject *s, const char *text, char *error, size_t error_bytes);

// ----------------------------------------------------------------------------------------- presets
// A preset is its JSON form, {"name", "doc", "assignments", "needs"}, and belongs to its subject.

// presets_of - those in a description; NULL when there are none. preset_find - by name, or NULL.
const json_t *presets_of(const json_t *described);
const json_t *preset_find(const struct subject *s, const char *name);

// preset_apply - set what it assigns, and mark that as fixed.
//   returns  false with one line in error when it does not fit the table; subject_read has seen to
//            it that all do
bool preset_apply(const json_t *preset, struct values *v, char *error, size_t error_bytes);

// preset_suits - whether a strategy claims what the preset of a workload needs; NULL needs nothing.
bool preset_suits(const json_t *preset, const struct subject *strategy);

// preset_matching - the first preset that makes the same values of its table, or NULL.
const json_t *preset_matching(const struct subject *s, const struct values *v);

#endif
