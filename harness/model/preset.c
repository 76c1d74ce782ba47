// preset.c - see preset.h.

#include "preset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const json_t *presets_of(const json_t *described) {
    return json_object_get(described, "presets");
}

const char *preset_text(const json_t *preset, const char *field) {
    const char *text = json_string_value(json_object_get(preset, field));
    return text ? text : "";
}

const json_t *preset_find(const json_t *described, const char *name) {
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(described), i, preset) {
        if (!strcmp(preset_text(preset, "name"), name))
            return preset;
    }
    return NULL;
}

bool preset_is_quick(const json_t *preset) {
    return json_is_true(json_object_get(preset, "quick"));
}

static bool preset_assign(struct values *v, char *assignment, char *error, size_t error_bytes) {
    char *equals = strchr(assignment, '=');
    if (equals)
        *equals = 0;
    const struct setting *s = setting_find(v->table, v->count, assignment);
    if (!s || !equals) {
        snprintf(error, error_bytes, "no setting '%s'", assignment);
        return false;
    }
    v->fixed[s - v->table] = true;
    return values_read(s, equals + 1, &v->value[s - v->table], error, error_bytes);
}

bool preset_apply(const json_t *preset, struct values *v, char *error, size_t error_bytes) {
    struct names parts = {0};
    bool good = true;
    names_split(&parts, preset_text(preset, "assignments"), ',');
    for (size_t i = 0; i < parts.count && good; i++)
        good = preset_assign(v, parts.items[i], error, error_bytes);
    names_free(&parts);
    return good;
}

bool preset_suits(const json_t *preset, const struct catalog_strategy *s) {
    size_t i;
    json_t *trait;
    json_array_foreach(json_object_get(preset, "needs"), i, trait) {
        if (!catalog_has_trait(s, json_string_value(trait)))
            return false;
    }
    return true;
}

const json_t *preset_matching(const json_t *described, const struct values *v) {
    char error[256];
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(described), i, preset) {
        struct values made = values_new(v->table, v->count);
        bool same = preset_apply(preset, &made, error, sizeof error) &&
                    !memcmp(made.value, v->value, v->count * sizeof *v->value);
        values_free(&made);
        if (same)
            return preset;
    }
    return NULL;
}
