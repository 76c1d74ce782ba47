// catalog.h - what there is to run: every bench-NAME of a folder, asked with --describe, and the
// backings.
//
// The driver knows strategies, workloads, counters and settings from here only. Texts and tables
// belong to the catalog and live as long as it does. Both arrays are sorted by name.

#ifndef HEAPBENCH_CATALOG_H
#define HEAPBENCH_CATALOG_H

#include "base/names.h"
#include "setting.h"

#include <jansson.h>
#include <stdint.h>

struct catalog_strategy {
    const char *name, *summary;
    char *path;   // of its bench-NAME
    json_t *json; // its part of --describe
    struct setting *tunables;
    size_t tunable_count;
    struct names workloads; // that it runs
};

struct catalog_workload {
    const char *name, *summary, *step_is;
    json_t *json;
    uint64_t steps;
    const char *reads; // "text", "trace" or ""
    bool sweeps_quick;
    struct setting *params;
    size_t param_count;
};

struct catalog {
    struct catalog_strategy *strategies;
    size_t strategy_count;
    struct catalog_workload *workloads;
    size_t workload_count;
    struct names backings;             // that can be preloaded here
    json_t *counters, *pauses, *build; // of the first strategy described
};

// catalog_load - ask every bench-* of a folder. One that fails to describe itself is left out with
// a warning.
//   dir      NULL: the folder of this program
//   returns  NULL with one line in error: nothing found, or two descriptions of a workload disagree
struct catalog *catalog_load(const char *dir, char *error, size_t error_bytes);
void catalog_free(struct catalog *c);

// The parts of catalog_load, for tests: an empty catalog; one description added, which the catalog
// then owns (also on failure). catalog_add returns false with one line in error.
struct catalog *catalog_new(void);
bool catalog_add(struct catalog *c, const char *path, json_t *description, char *error,
                 size_t error_bytes);

const struct catalog_strategy *catalog_strategy(const struct catalog *c, const char *name);
const struct catalog_workload *catalog_workload(const struct catalog *c, const char *name);

// catalog_has_trait - whether a strategy claims it. Strategies with the trait "instrument" run only
// when they are named.
bool catalog_has_trait(const struct catalog_strategy *s, const char *trait);

// catalog_settings - a table of settings from their JSON form. Returns NULL when it is not that
// form.
//   catalog_settings_free  the table; the JSON must still be there
struct setting *catalog_settings(json_t *array, size_t *count);
void catalog_settings_free(struct setting *table, size_t count);

#endif
