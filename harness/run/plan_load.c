// plan_load.c - finds a plan and checks its form: members, and one kind of cells in each slice.

#include "plan.h"

#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "options.h"

#include <string.h>
#include <unistd.h>

static const char *const plan_members[] = {"what",  "file",  "name",  "observe",
                                           "focus", "again", "slices"};
static const char *const slice_kinds[] = {"base", "sweep", "params", "grid",     "presets",
                                          "set",  "cells", "claims", "incidents"};
static const char *const slice_members[] = {"strategies", "workloads", "backings", "at",
                                            "with",       "observe",   "what"};

#define LIST(array) array, sizeof array / sizeof *array

static struct names plan_words(const char *const *words, size_t count) {
    struct names list = {0};
    for (size_t i = 0; i < count; i++)
        names_add(&list, words[i]);
    return list;
}

// -------------------------------------------------------------------------------------------- form
static bool plan_texts(const json_t *value) {
    size_t i;
    json_t *item;
    json_array_foreach(value, i, item) {
        if (!json_is_string(item))
            return false;
    }
    return json_is_array(value) || json_is_string(value);
}

static bool plan_check_slice(json_t *slice, char *error, size_t error_bytes) {
    struct names kinds = plan_words(LIST(slice_kinds)), known = plan_words(LIST(slice_members));
    for (size_t i = 0; i < kinds.count; i++)
        names_add(&known, kinds.items[i]);
    struct observe observe = {0};
    size_t of_kinds = 0;
    const char *name, *bad = observe_read(json_object_get(slice, "observe"), &observe);
    json_t *value;
    bool good = json_is_object(slice);
    if (!good)
        snprintf(error, error_bytes, "accepted: {\"base\": \"*\"} or another kind of cells");
    json_object_foreach(slice, name, value) {
        of_kinds += names_has(&kinds, name);
        if (good && !names_has(&known, name)) {
            suggest_unknown(error, error_bytes, "member", name, &known);
            good = false;
        } else if (good && !plan_texts(value)) {
            snprintf(error, error_bytes, "\"%s\": accepted: a text, or a list of texts", name);
            good = false;
        }
    }
    if (good && bad)
        snprintf(error, error_bytes,
                 "observe '%s': accepted: counts, audit:CHECKPOINTS, instructions", bad);
    if (good && !bad && of_kinds != 1)
        snprintf(error, error_bytes,
                 "accepted: exactly one of base, sweep, params, grid, presets, set, cells, "
                 "claims, incidents");
    names_free(&kinds);
    names_free(&known);
    return good && !bad && of_kinds == 1;
}

static bool plan_check_members(const json_t *plan, char *error, size_t error_bytes) {
    struct names known = plan_words(LIST(plan_members));
    options_members(&known);
    struct observe observe = {0};
    const char *name, *bad = observe_read(json_object_get(plan, "observe"), &observe);
    json_t *value;
    bool good = true;
    json_object_foreach((json_t *)(uintptr_t)plan, name, value) {
        if (good && !names_has(&known, name))
            suggest_unknown(error, error_bytes, "member", name, &known);
        good = good && names_has(&known, name);
    }
    value = json_object_get(plan, "again");
    if (good && value && !plan_texts(value)) {
        snprintf(error, error_bytes, "\"again\": accepted: a text, or a list of texts");
        good = false;
    }
    if (good && bad)
        snprintf(error, error_bytes,
                 "observe '%s': accepted: counts, audit:CHECKPOINTS, instructions", bad);
    if (good && !bad && !json_array_size(json_object_get(plan, "slices")))
        snprintf(error, error_bytes, "accepted: {\"slices\": [{\"base\": \"*\"}, ...]}");
    names_free(&known);
    return good && !bad && json_array_size(json_object_get(plan, "slices")) > 0;
}

bool plan_check(json_t *plan, const char *path, char *error, size_t error_bytes) {
    char problem[1024];
    json_t *slices = json_object_get(plan, "slices");
    if (!plan_check_members(plan, problem, sizeof problem)) {
        snprintf(error, error_bytes, "%s: %s", path, problem);
        return false;
    }
    for (size_t i = 0; i < json_array_size(slices); i++)
        if (!plan_check_slice(json_array_get(slices, i), problem, sizeof problem)) {
            snprintf(error, error_bytes, "%s: slice %zu: %s", path, i + 1, problem);
            return false;
        }
    return true;
}

// Inputs that are not here are those of the source tree: a plan is found from anywhere.
static void plan_find_inputs(json_t *plan) {
    json_t *inputs = json_object_get(plan, "inputs"), *input;
    size_t i;
    json_array_foreach(inputs, i, input) {
        const char *path = json_string_value(input);
        char *found = path && strchr(path, '/') && access(path, R_OK) ? file_home(path) : NULL;
        if (found)
            json_array_set_new(inputs, i, json_string(found));
        free(found);
    }
}

json_t *plan_load(const char *name, char *error, size_t error_bytes) {
    json_error_t problem;
    char *path = file_named("harness/plans", ".json", "plan", name, error, error_bytes);
    json_t *plan = path ? json_load_file(path, 0, &problem) : NULL;
    if (path && !plan)
        snprintf(error, error_bytes, "%s: line %d: %s", path, problem.line, problem.text);
    if (plan && !plan_check(plan, path, error, error_bytes)) {
        json_decref(plan);
        plan = NULL;
    }
    if (plan)
        plan_find_inputs(plan);
    if (plan) { // where it came from, for messages and for the run's folder
        const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
        json_object_set_new(plan, "file", json_string(path));
        json_object_set_new(plan, "name", json_stringn(file, strcspn(file, ".")));
    }
    free(path);
    return plan;
}
