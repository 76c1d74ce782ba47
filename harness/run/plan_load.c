// plan_load.c - finds a plan and checks its form: members, and one kind of cells in each slice.

#include "plan.h"

#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "options.h"
#include "slice.h"

#include <string.h>
#include <unistd.h>

#define PLAN_MEMBERS "what,file,name,observe,focus,again,together,slices"
#define SLICE_MEMBERS "strategies,workloads,backings,at,with,observe,what"

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

// What a plan and a slice have in common: members that are known, and what is observed.
static bool plan_check_object(const json_t *object, const struct names *known, char *error,
                              size_t error_bytes) {
    struct observe observe = {0};
    const char *bad = observe_read(json_object_get(object, "observe"), &observe);
    if (!suggest_members(object, known, error, error_bytes))
        return false;
    if (bad)
        snprintf(error, error_bytes,
                 "observe '%s': accepted: counts, audit:CHECKPOINTS, drag, instructions", bad);
    return !bad;
}

static bool plan_check_texts(const json_t *object, const char *name, char *error,
                             size_t error_bytes) {
    const json_t *value = json_object_get(object, name);
    bool good = !value || plan_texts(value);
    if (!good)
        snprintf(error, error_bytes, "\"%s\": accepted: a text, or a list of texts", name);
    return good;
}

static bool plan_check_slice(const json_t *slice, char *error, size_t error_bytes) {
    struct names kinds = slice_kinds(), known = {0};
    char *accepted = names_join(&kinds, ", ");
    size_t of_kinds = 0;
    names_split(&known, SLICE_MEMBERS, ',');
    for (size_t i = 0; i < kinds.count; i++) {
        names_add(&known, kinds.items[i]);
        of_kinds += json_object_get(slice, kinds.items[i]) != NULL;
    }
    bool good = plan_check_object(slice, &known, error, error_bytes);
    for (size_t i = 0; i < known.count && good; i++)
        good = plan_check_texts(slice, known.items[i], error, error_bytes);
    if (good && of_kinds != 1)
        snprintf(error, error_bytes, "accepted: exactly one of %s", accepted);
    free(accepted);
    names_free(&kinds);
    names_free(&known);
    return good && of_kinds == 1;
}

static bool plan_check_together(const json_t *plan, char *error, size_t error_bytes) {
    const json_t *lists = json_object_get(plan, "together");
    bool good = !lists || json_is_array(lists);
    for (size_t i = 0; i < json_array_size(lists) && good; i++)
        good = plan_texts(json_array_get(lists, i));
    if (!good)
        snprintf(error, error_bytes, "\"together\": accepted: a list of lists of keys of cells");
    return good;
}

static bool plan_check_members(const json_t *plan, char *error, size_t error_bytes) {
    struct names known = {0};
    names_split(&known, PLAN_MEMBERS, ',');
    options_members(&known);
    bool good = plan_check_object(plan, &known, error, error_bytes) &&
                plan_check_texts(plan, "again", error, error_bytes) &&
                plan_check_together(plan, error, error_bytes);
    bool slices = json_array_size(json_object_get(plan, "slices")) > 0;
    if (good && !slices)
        snprintf(error, error_bytes, "accepted: {\"slices\": [{\"base\": \"*\"}, ...]}");
    names_free(&known);
    return good && slices;
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
    char *path = file_named("harness/plans", ".json", "plan", name, error, error_bytes);
    json_t *plan = path ? file_json(path, error, error_bytes) : NULL;
    if (plan && !plan_check(plan, path, error, error_bytes)) {
        json_decref(plan);
        plan = NULL;
    }
    if (plan)
        plan_find_inputs(plan);
    if (plan) { // where it came from, for messages and for the run's folder
        const char *file = basename(path);
        json_object_set_new(plan, "file", json_string(path));
        json_object_set_new(plan, "name", json_stringn(file, strcspn(file, ".")));
    }
    free(path);
    return plan;
}
