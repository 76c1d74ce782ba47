// select.h - the names and settings that a user typed, checked against the catalog.

#ifndef HEAPBENCH_SELECT_H
#define HEAPBENCH_SELECT_H

#include "model/catalog.h"
#include "options.h"

// A strategy or a workload that takes part. values: defaults, presets, --set or --param.
struct chosen {
    const struct subject *subject;
    struct values values;
    const json_t *preset; // of a workload: the one that --preset named, or NULL
};

// Those that take part, in the order of the catalog.
struct group {
    const struct subjects *all;
    struct chosen *list;
    size_t count;
    bool named;          // by --strategy or --workload
    const char *subject; // "strategy", "workload"
    const char *setting; // "tunable", "parameter"
};

// around: of a subject "@" which has the settings around a cell (model/cell.h) as a strategy has
// its tunables
struct selection {
    const struct catalog *catalog;
    struct group strategies, workloads, around;
    struct subject nobody;
    struct names backings;
    bool backings_named; // by --backing
    struct names inputs; // as cells name them; one for each of options->inputs
    json_t
        *sums; // checksums of inputs, by what options and jobs call them; null: it cannot be read
    const struct options *options;
};

// selection_new - the options must outlive it.
//   returns  NULL with one line in error that says what would be accepted
struct selection *selection_new(const struct catalog *catalog, const struct options *options,
                                char *error, size_t error_bytes);
void selection_free(struct selection *s);

// select_kind - what an input is, as a workload says what it reads: "trace", "scenario" or "text".
const char *select_kind(const char *input);

// select_sum - the checksum of an input, as in a record; NULL when it cannot be read.
const char *select_sum(const struct selection *s, const char *input);

// A setting and a value as typed: "NAME=VALUE", "OWNER.NAME=VALUE", or with a '?' before it in a
// plan: the owner need not be there.
struct typed {
    bool optional;
    char *owner, *name;     // owner NULL: any
    const char *assignment; // the text from the name on
    const char *value;      // NULL: none
};

struct typed typed_read(const char *text);
void typed_free(struct typed *t);

// typed_setting - the setting that is meant, if this subject has it; NULL when not.
const struct setting *typed_setting(const struct typed *t, const struct chosen *c);

// select_setting_names - the settings of those chosen, each once. with_owner: as "OWNER.NAME".
struct names select_setting_names(const struct group *g, bool with_owner);

// select_preset_names - the presets of all that was chosen, each once.
struct names select_preset_names(const struct selection *s);

#endif
