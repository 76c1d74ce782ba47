// targets.c - see targets.h.

#include "targets.h"

#include "base/must.h"
#include "base/suggest.h"
#include "model/values.h"
#include "read/metrics.h"

#include <stdlib.h>
#include <string.h>

// A message about one target, or about one of its keys.
struct complaint {
    const char *path, *key;
    size_t target;
    char *error;
    size_t bytes;
};

static bool complain(const struct complaint *c, const char *what) {
    snprintf(c->error, c->bytes, "%s: target %zu%s%s: %s", c->path, c->target, c->key ? ": " : "",
             c->key ? c->key : "", what);
    return false;
}

static bool is_known(const struct names *known, const char *what, const char *name,
                     const struct complaint *c) {
    char line[4096];
    if (names_has(known, name))
        return true;
    suggest_unknown(line, sizeof line, what, name, known);
    return complain(c, line);
}

// ------------------------------------------------------------------------------------------- cells
// A cell from its key. *missing: its strategy or backing is not there, which is no error.
static bool read_cell(const struct catalog *catalog, const char *key, const struct complaint *c,
                      struct cell **cell, bool *missing) {
    char line[2048];
    struct complaint of_key = *c;
    of_key.key = key;
    *cell = catalog_cell(catalog, key, missing, line, sizeof line);
    return *cell || *missing || complain(&of_key, line);
}

// ----------------------------------------------------------------------------------------- figures
static struct names figure_names(const struct catalog *catalog) {
    struct names names = {0};
    json_t *announced = must(json_object());
    json_object_set(announced, "counters", catalog->counters);
    json_object_set(announced, "pauses", catalog->pauses);
    struct metric_set *metrics = metrics_new(announced);
    for (size_t i = 0; i < metrics->count; i++)
        names_add(&names, metrics->list[i].name);
    names_add(&names, TARGET_INSTRUCTIONS);
    metrics_free(metrics);
    json_decref(announced);
    return names;
}

static bool figures_known(const struct names *known, const struct target *target,
                          const struct complaint *c) {
    return is_known(known, "figure", target->figure, c) &&
           (!target->per || is_known(known, "figure", target->per, c));
}

// ----------------------------------------------------------------------------------------- targets
static void take(struct targets *targets, const struct target *like, struct cell *ours,
                 struct cell *against) {
    struct target target = *like;
    target.ours = ours;
    target.against = against;
    targets->list = must(realloc(targets->list, (targets->count + 1) * sizeof *targets->list));
    targets->list[targets->count++] = target;
}

// One cell of ours against the other.
static bool add_pair(struct targets *targets, const struct catalog *catalog,
                     const struct target *like, const char *ours_key, const char *against_key,
                     const char *only, const struct complaint *c) {
    struct cell *ours = NULL, *against = NULL;
    bool ours_missing = false, against_missing = false;
    bool good = read_cell(catalog, ours_key, c, &ours, &ours_missing);
    if (good && against_key)
        good = read_cell(catalog, against_key, c, &against, &against_missing);
    bool wanted = !only || strstr(ours_key, only) || (against_key && strstr(against_key, only));
    if (good && wanted && !ours_missing && !against_missing) {
        take(targets, like, ours, against);
        return true;
    }
    if (good && wanted)
        fprintf(stderr, "note: %s is not built or installed here: its target is left out\n",
                ours_missing ? ours_key : against_key);
    cell_free(ours);
    cell_free(against);
    return good;
}

static bool read_per(struct target *target, const json_t *per) {
    target->per_number = 1;
    if (json_is_string(per))
        target->per = json_string_value(per);
    else if (json_is_number(per))
        target->per_number = json_number_value(per);
    return !per || target->per || target->per_number > 0;
}

static bool add_target(struct targets *targets, json_t *json, const struct catalog *catalog,
                       const struct names *figures, const char *only, const struct complaint *c) {
    struct target like = {.unit = ""};
    const char *against = NULL;
    json_t *ours, *per = NULL, *key;
    json_error_t problem;
    if (json_unpack_ex(json, &problem, JSON_STRICT, "{s:s,s:s,s:o,s?s,s?o,s?s,s:F}", "what",
                       &like.what, "figure", &like.figure, "ours", &ours, "against", &against,
                       "per", &per, "unit", &like.unit, "at_most", &like.at_most))
        return complain(c, problem.text);
    if (!read_per(&like, per))
        return complain(c, "\"per\" is a metric or a number above 0");
    if (!figures_known(figures, &like, c))
        return false;
    if (json_is_string(ours))
        return add_pair(targets, catalog, &like, json_string_value(ours), against, only, c);
    size_t i;
    json_array_foreach(ours, i, key) {
        if (!json_is_string(key))
            return complain(c, "\"ours\" is a key or a list of keys");
        if (!add_pair(targets, catalog, &like, json_string_value(key), against, only, c))
            return false;
    }
    return json_array_size(ours) > 0 || complain(c, "\"ours\" is a key or a list of keys");
}

bool targets_load(struct targets *targets, const char *path, const struct catalog *catalog,
                  const char *only, char *error, size_t error_bytes) {
    json_error_t problem;
    struct complaint c = {.path = path, .error = error, .bytes = error_bytes};
    *targets = (struct targets){.json = json_load_file(path, 0, &problem)};
    json_t *list = json_object_get(targets->json, "targets"), *json;
    if (!targets->json)
        snprintf(error, error_bytes, "%s: line %d: %s", path, problem.line, problem.text);
    else if (!json_is_array(list))
        snprintf(error, error_bytes, "%s: accepted: {\"targets\": [...]}", path);
    bool good = json_is_array(list);
    struct names figures = figure_names(catalog);
    for (size_t i = 0; good && i < json_array_size(list); i++) {
        json = json_array_get(list, i);
        c.target = i + 1;
        good = add_target(targets, json, catalog, &figures, only, &c);
    }
    names_free(&figures);
    if (good && !targets->count) {
        snprintf(error, error_bytes, "%s: no target %s%s", path,
                 only ? "with cells that contain " : "", only ? only : "");
        good = false;
    }
    if (!good)
        targets_free(targets);
    return good;
}

void targets_free(struct targets *targets) {
    for (size_t i = 0; i < targets->count; i++) {
        cell_free(targets->list[i].ours);
        cell_free(targets->list[i].against);
    }
    free(targets->list);
    json_decref(targets->json);
    *targets = (struct targets){0};
}
