// catalog_settings.c - settings out of their JSON form; see catalog.h.

#include "catalog.h"

#include "base/must.h"

#include <stdlib.h>

static const char *const *catalog_choices(json_t *array) {
    if (!json_is_array(array) || !json_array_size(array))
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

static char *catalog_sweep(json_t *labels) {
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

static bool catalog_setting(struct setting *s, json_t *json) {
    int whole = 0, quick = 0;
    json_t *choices = NULL, *labels = NULL;
    *s = (struct setting){.doc = "", .unit = ""};
    if (json_unpack(json, "{s:s,s?s,s?s,s:F,s?F,s?F,s?o,s?o,s?b,s?b}", "name", &s->name, "doc",
                    &s->doc, "unit", &s->unit, "default", &s->fallback, "min", &s->min, "max",
                    &s->max, "choices", &choices, "sweep_labels", &labels, "whole", &whole,
                    "quick_sweep", &quick))
        return false;
    s->whole = whole;
    s->quick_sweep = quick;
    s->choices = catalog_choices(choices);
    size_t named = s->choices ? json_array_size(choices) : 0;
    if (choices && (!named || s->fallback < 0 || s->fallback >= (double)named)) {
        free((void *)(uintptr_t)s->choices);
        s->choices = NULL;
        return false;
    }
    s->sweep = catalog_sweep(labels);
    return true;
}

struct setting *catalog_settings(json_t *array, size_t *count) {
    *count = json_array_size(array);
    struct setting *table = must(calloc(*count + 1, sizeof *table));
    for (size_t i = 0; i < *count; i++)
        if (!catalog_setting(&table[i], json_array_get(array, i))) {
            catalog_settings_free(table, i);
            return NULL;
        }
    return table;
}

void catalog_settings_free(struct setting *table, size_t count) {
    for (size_t i = 0; table && i < count; i++) {
        free((void *)(uintptr_t)table[i].choices);
        free((void *)(uintptr_t)table[i].sweep);
    }
    free(table);
}
