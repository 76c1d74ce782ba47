// subject.c - strategies and workloads out of their JSON form.

#include "subject.h"

#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------------------------------- settings
static const char *const *subject_choices(json_t *array) {
    if (!json_array_size(array))
        return NULL;
    const char **names = must(calloc(json_array_size(array) + 1, sizeof *names));
    for (size_t i = 0; i < json_array_size(array); i++) {
        names[i] = json_string_value(json_array_get(array, i));
        if (!names[i]) {
            free(names);
            return NULL;
        }
    }
    return names;
}

static char *subject_sweep(json_t *labels) {
    struct names list = {0};
    size_t i;
    json_t *label;
    json_array_foreach(labels, i, label) {
        if (json_is_string(label))
            names_add(&list, json_string_value(label));
    }
    char *sweep = names_join(&list, ",");
    names_free(&list);
    return sweep;
}

static bool subject_setting(struct setting *s, json_t *json) {
    int whole = 0;
    json_t *choices = NULL, *labels = NULL;
    *s = (struct setting){.doc = "", .unit = ""};
    if (json_unpack(json, "{s:s,s?s,s?s,s?s,s:F,s?F,s?F,s?o,s?o,s?b}", "name", &s->name, "doc",
                    &s->doc, "when", &s->when, "unit", &s->unit, "default", &s->fallback, "min",
                    &s->min, "max", &s->max, "choices", &choices, "sweep_labels", &labels, "whole",
                    &whole))
        return false;
    s->whole = whole;
    s->choices = subject_choices(choices);
    s->sweep = subject_sweep(labels);
    size_t named = s->choices ? json_array_size(choices) : 0;
    return !choices || (named && s->fallback >= 0 && s->fallback < (double)named);
}

static bool subject_table(struct subject *s, json_t *array) {
    if (!json_is_array(array))
        return false;
    s->settings = must(calloc(json_array_size(array) + 1, sizeof *s->settings));
    for (size_t i = 0; i < json_array_size(array); i++) {
        s->setting_count = i + 1;
        if (!subject_setting(&s->settings[i], json_array_get(array, i)))
            return false;
    }
    return true;
}

// ----------------------------------------------------------------------------------------- presets
const json_t *presets_of(const json_t *described) {
    return json_object_get(described, "presets");
}

const json_t *preset_find(const struct subject *s, const char *name) {
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(s->json), i, preset) {
        if (!strcmp(text_member(preset, "name"), name))
            return preset;
    }
    return NULL;
}

bool preset_apply(const json_t *preset, struct values *v, char *error, size_t error_bytes) {
    return values_apply(v, text_member(preset, "assignments"), error, error_bytes);
}

bool preset_suits(const json_t *preset, const struct subject *strategy) {
    size_t i;
    json_t *trait;
    json_array_foreach(json_object_get(preset, "needs"), i, trait) {
        if (!subject_has_trait(strategy, json_string_value(trait)))
            return false;
    }
    return true;
}

const json_t *preset_matching(const struct subject *s, const struct values *v) {
    char error[256];
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(s->json), i, preset) {
        struct values made = subject_values(s);
        bool same = preset_apply(preset, &made, error, sizeof error) &&
                    !memcmp(made.value, v->value, v->count * sizeof *v->value);
        values_free(&made);
        if (same)
            return preset;
    }
    return NULL;
}

static bool subject_when_fits(const struct subject *s) {
    struct values v = subject_values(s);
    bool good = values_when_fits(&v);
    values_free(&v);
    return good;
}

static bool subject_presets_fit(const struct subject *s) {
    char error[256];
    size_t i, j;
    json_t *preset, *trait;
    bool good = true;
    json_array_foreach(presets_of(s->json), i, preset) {
        struct values v = subject_values(s);
        good =
            good && *text_member(preset, "name") && preset_apply(preset, &v, error, sizeof error);
        json_array_foreach(json_object_get(preset, "needs"), j, trait) good =
            good && json_is_string(trait);
        values_free(&v);
    }
    return good;
}

// ---------------------------------------------------------------------------------------- subjects
bool subject_read(struct subject *s, json_t *json, const char *settings) {
    *s = (struct subject){.summary = "", .json = json_incref(json)};
    if (!json_unpack(json, "{s:s,s?s}", "name", &s->name, "summary", &s->summary) &&
        subject_table(s, json_object_get(json, settings)) && subject_when_fits(s) &&
        subject_presets_fit(s))
        return true;
    subject_free(s);
    return false;
}

void subject_free(struct subject *s) {
    for (size_t i = 0; i < s->setting_count; i++) {
        free((void *)(uintptr_t)s->settings[i].choices);
        free((void *)(uintptr_t)s->settings[i].sweep);
    }
    free(s->settings);
    free(s->path);
    names_free(&s->workloads);
    json_decref(s->json);
    *s = (struct subject){0};
}

struct values subject_values(const struct subject *s) {
    return values_new(s->settings, s->setting_count);
}

bool subject_has_trait(const struct subject *s, const char *trait) {
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(s->json, "traits"), i, name) {
        if (json_is_string(name) && !strcmp(json_string_value(name), trait))
            return true;
    }
    return false;
}

char *subject_settings(const struct subject *s, const char *text, char *error, size_t error_bytes) {
    struct values v = subject_values(s);
    char *settings = values_apply(&v, text, error, error_bytes) ? values_text(&v) : NULL;
    values_free(&v);
    return settings;
}
