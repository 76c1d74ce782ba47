// slice_variants.c - named settings of the user's own, each beside the default: --variant.
//
// A variant is a name and settings as in `set`, and presets by their names:
//     tuned=threshold0=50000,threshold1=20,freeze_after_setup=on    new=py3.14
//                                                                   big=cycles.live=100000
// A strategy or a workload without one of its settings does without the variant.

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "slice.h"

#include <string.h>

#define VARIANTS_NAME "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

// One under way. error: why a point did without it that has all of its settings.
struct variant {
    const char *name;
    struct names assignments;
    json_t *cells; // [its key, the key of the default]
    char error[512];
};

// ---------------------------------------------------------------------------------------- settings
static bool variant_preset(struct point *p, const char *name, char *error, size_t error_bytes) {
    bool found = false, good = true;
    for (int part = 0; part < POINT_PARTS && good; part++) {
        const json_t *preset = preset_find(p->of[part]->subject, name);
        found |= preset != NULL;
        good = !preset || preset_apply(preset, &p->values[part], error, error_bytes);
    }
    return found && good;
}

static bool variant_apply(struct variant *v, struct point *p) {
    char error[sizeof v->error] = "";
    bool good = true;
    for (size_t i = 0; i < v->assignments.count && good; i++) {
        const char *item = v->assignments.items[i];
        good = strchr(item, '=') ? point_set(p, item, error, sizeof error)
                                 : variant_preset(p, item, error, sizeof error);
    }
    if (!good && *error)
        memcpy(v->error, error, sizeof error);
    return good;
}

static void variant_visit(struct slice *slice, struct point *p, void *context) {
    struct variant *v = context;
    struct point tuned =
        point_new(slice, p->of[POINT_WORKLOAD], p->of[POINT_STRATEGY], p->backing, p->input);
    if (variant_apply(v, &tuned)) {
        const char *usual = point_add(slice, p)->key, *own = point_add(slice, &tuned)->key;
        if (strcmp(own, usual) != 0)
            json_array_append_new(v->cells, json_pack("[s,s]", own, usual));
    }
    point_free(&tuned);
}

// ---------------------------------------------------------------------------------------- messages
// A setting or a preset that no selected strategy or workload has: false with a line in out.
static bool variant_known(const struct slice *slice, const char *item, char *out, size_t bytes) {
    if (strchr(item, '=')) {
        char *name = must(strndup(item, strcspn(item, "=")));
        bool found = slice_has_setting(slice, name, "setting", out, bytes);
        free(name);
        return found;
    }
    struct names known = select_preset_names(slice->s);
    bool found = suggest_known(out, bytes, "preset", item, &known);
    names_free(&known);
    return found;
}

static bool variant_all_known(const struct slice *slice, const struct variant *v, char *out,
                              size_t bytes) {
    for (size_t i = 0; i < v->assignments.count; i++)
        if (!variant_known(slice, v->assignments.items[i], out, bytes))
            return false;
    return true;
}

static bool variant_found(const struct slice *slice, const struct variant *v) {
    char problem[1024];
    bool known = variant_all_known(slice, v, problem, sizeof problem);
    if (json_array_size(v->cells) && known)
        return true;
    if (known && *v->error)
        snprintf(problem, sizeof problem, "%s", v->error);
    else if (known)
        snprintf(problem, sizeof problem,
                 "no selected strategy and workload have all of its settings, at other values than "
                 "they are at: accepted: NAME=SETTING=VALUE,...");
    snprintf(slice->error, slice->error_bytes, "--variant %s: %s", v->name, problem);
    return false;
}

static bool variant_is_named(const struct slice *slice, const char *typed, const char *name) {
    size_t i;
    json_t *other;
    bool taken = !strcmp(name, "default") || !typed[strlen(name)];
    json_array_foreach(slice->plan->variants, i, other) {
        taken |= !strcmp(text_member(other, "name"), name);
    }
    if (*name && strspn(name, VARIANTS_NAME) == strlen(name) && !taken)
        return true;
    snprintf(slice->error, slice->error_bytes,
             "--variant '%s': accepted: NAME=SETTING=VALUE,..., with a name of its own of letters, "
             "digits, _ . and -",
             typed);
    return false;
}

static bool variant_one(struct slice *slice, const char *typed) {
    char *name = must(strndup(typed, strcspn(typed, "=")));
    struct variant v = {.name = name, .cells = must(json_array())};
    bool good = variant_is_named(slice, typed, name);
    if (good) {
        names_split(&v.assignments, typed + strlen(name) + 1, ',');
        slice_each(slice, &slice->s->backings, variant_visit, &v);
    }
    good = good && variant_found(slice, &v);
    if (good)
        json_array_append_new(slice->plan->variants,
                              json_pack("{s:s,s:s,s:O}", "name", name, "settings",
                                        typed + strlen(name) + 1, "cells", v.cells));
    names_free(&v.assignments);
    json_decref(v.cells);
    free(name);
    return good;
}

bool slice_variants(struct slice *slice) {
    const struct names *typed = &slice->s->options->variants;
    bool good = true;
    for (size_t i = 0; i < typed->count && good; i++)
        good = variant_one(slice, typed->items[i]);
    return good;
}
