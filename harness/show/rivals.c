// rivals.c - see rivals.h.

#include "rivals.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const json_t *described(const struct summary *s, const char *strategy) {
    return json_object_get(json_object_get(s->store->manifest, "strategies"), strategy);
}

// ------------------------------------------------------------------------------------------ traits
static bool has_trait(const json_t *strategy, const char *trait) {
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(strategy, "traits"), i, name) {
        if (json_is_string(name) && !strcmp(json_string_value(name), trait))
            return true;
    }
    return false;
}

// Whether b claims all that a does; that counters vary says nothing of how it works.
static bool claims_all(const json_t *a, const json_t *b) {
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(a, "traits"), i, name) {
        const char *trait = json_string_value(name);
        if (trait && strcmp(trait, "varies") && !has_trait(b, trait))
            return false;
    }
    return true;
}

// ---------------------------------------------------------------------------------------- tunables
// The value in the cell's key, "name=value;name=value"; else the default, a choice by its name. A
// new string.
static char *value_of(const struct summary_cell *cell, const json_t *tunable) {
    const char *name = text_member(tunable, "name");
    size_t length = strlen(name);
    for (const char *at = cell->tunables; *at;) {
        size_t whole = strcspn(at, ";");
        if (whole > length && !strncmp(at, name, length) && at[length] == '=')
            return text_format("%.*s", (int)(whole - length - 1), at + length + 1);
        at += whole + (at[whole] == ';');
    }
    double value = json_number_value(json_object_get(tunable, "default"));
    const json_t *choices = json_object_get(tunable, "choices");
    const char *choice = json_string_value(json_array_get(choices, (size_t)value));
    return choice ? text_format("%s", choice) : text_format("%.15g", value);
}

static bool is_swept(const json_t *tunable) {
    return json_is_true(json_object_get(tunable, "quick_sweep"));
}

static bool set_alike(const struct summary *s, const struct summary_cell *a,
                      const struct summary_cell *b) {
    size_t i;
    json_t *mine;
    bool same = true, swept = false;
    json_array_foreach(json_object_get(described(s, a->strategy), "tunables"), i, mine) {
        const json_t *yours = summary_setting(s, "tunable", b->strategy, text_member(mine, "name"));
        if (!yours)
            continue;
        char *x = value_of(a, mine), *y = value_of(b, yours);
        same = same && !strcmp(x, y);
        swept = swept || (is_swept(mine) && is_swept(yours));
        free(x);
        free(y);
    }
    return same && swept;
}

bool rivals(const struct summary *summary, const struct summary_cell *a,
            const struct summary_cell *b) {
    const json_t *x = described(summary, a->strategy), *y = described(summary, b->strategy);
    return strcmp(a->strategy, b->strategy) && claims_all(x, y) && claims_all(y, x) &&
           set_alike(summary, a, b);
}
