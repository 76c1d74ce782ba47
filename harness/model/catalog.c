// catalog.c - see catalog.h.

#include "catalog.h"

#include "backing.h"
#include "base/child.h"
#include "base/must.h"
#include "base/text.h"
#include "preset.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double catalog_timeout_s = 10; // to describe itself takes 10 ms
enum { CATALOG_DESCRIPTION_BYTES = 4 << 20, CATALOG_SCHEMA = 1 };

struct catalog *catalog_new(void) {
    struct catalog *c = must(calloc(1, sizeof *c));
    size_t count;
    const struct backing *backings = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        if (backing_installed(&backings[i]))
            names_add(&c->backings, backings[i].name);
    return c;
}

void catalog_free(struct catalog *c) {
    for (size_t i = 0; c && i < c->strategy_count; i++) {
        struct catalog_strategy *s = &c->strategies[i];
        catalog_settings_free(s->tunables, s->tunable_count);
        names_free(&s->workloads);
        json_decref(s->json);
        free(s->path);
    }
    for (size_t i = 0; c && i < c->workload_count; i++) {
        catalog_settings_free(c->workloads[i].params, c->workloads[i].param_count);
        json_decref(c->workloads[i].json);
    }
    if (!c)
        return;
    json_decref(c->counters);
    json_decref(c->pauses);
    json_decref(c->build);
    names_free(&c->backings);
    free(c->strategies);
    free(c->workloads);
    free(c);
}

const struct catalog_strategy *catalog_strategy(const struct catalog *c, const char *name) {
    for (size_t i = 0; i < c->strategy_count; i++)
        if (!strcmp(c->strategies[i].name, name))
            return &c->strategies[i];
    return NULL;
}

const struct catalog_workload *catalog_workload(const struct catalog *c, const char *name) {
    for (size_t i = 0; i < c->workload_count; i++)
        if (!strcmp(c->workloads[i].name, name))
            return &c->workloads[i];
    return NULL;
}

bool catalog_has_trait(const struct catalog_strategy *s, const char *trait) {
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(s->json, "traits"), i, name) {
        if (json_is_string(name) && !strcmp(json_string_value(name), trait))
            return true;
    }
    return false;
}

// Whether every preset of a description assigns settings that there are, values in their range, and
// needs traits that have names.
static bool catalog_presets_fit(const json_t *described, const struct setting *table,
                                size_t count) {
    char error[256];
    size_t i, j;
    json_t *preset, *trait;
    bool good = true;
    json_array_foreach(presets_of(described), i, preset) {
        struct values v = values_new(table, count);
        good =
            good && *preset_text(preset, "name") && preset_apply(preset, &v, error, sizeof error);
        json_array_foreach(json_object_get(preset, "needs"), j, trait) good =
            good && json_is_string(trait);
        values_free(&v);
    }
    return good;
}

static bool catalog_new_workload(struct catalog *c, json_t *json) {
    struct catalog_workload w = {.step_is = "", .summary = "", .reads = ""};
    json_int_t steps;
    int quick = 0;
    json_t *params;
    if (json_unpack(json, "{s:s,s?s,s?s,s:I,s?s,s?b,s:o}", "name", &w.name, "summary", &w.summary,
                    "step_is", &w.step_is, "steps", &steps, "reads", &w.reads, "sweeps_quick",
                    &quick, "params", &params) ||
        steps < 1)
        return false;
    w.params = catalog_settings(params, &w.param_count);
    if (!w.params)
        return false;
    if (!catalog_presets_fit(json, w.params, w.param_count)) {
        catalog_settings_free(w.params, w.param_count);
        return false;
    }
    w.json = json_incref(json);
    w.steps = (uint64_t)steps;
    w.sweeps_quick = quick;
    c->workloads = must(realloc(c->workloads, (c->workload_count + 1) * sizeof *c->workloads));
    c->workloads[c->workload_count++] = w;
    return true;
}

// A workload is one file compiled for every strategy, so all must describe it alike.
static bool catalog_add_workload(struct catalog *c, struct catalog_strategy *s, json_t *json,
                                 char *error, size_t error_bytes) {
    const char *name = json_string_value(json_object_get(json, "name"));
    const struct catalog_workload *known = name ? catalog_workload(c, name) : NULL;
    if (known && !json_equal(known->json, json)) {
        snprintf(error, error_bytes,
                 "%s describes workload '%s' differently from the others: "
                 "rebuild with make",
                 s->path, name);
        return false;
    }
    if (!known && !catalog_new_workload(c, json)) {
        snprintf(error, error_bytes, "%s --describe: workload '%s' is not in the form of schema 1",
                 s->path, name ? name : "?");
        return false;
    }
    names_add(&s->workloads, name);
    return true;
}

static bool catalog_fill(struct catalog *c, struct catalog_strategy *s, json_t *description,
                         char *error, size_t error_bytes) {
    json_t *tunables = NULL, *workloads = NULL, *workload;
    int schema = 0;
    size_t i;
    s->summary = "";
    if (json_unpack(description, "{s:i,s:{s:s,s?s,s:o},s:o}", "schema", &schema, "strategy", "name",
                    &s->name, "summary", &s->summary, "tunables", &tunables, "workloads",
                    &workloads) ||
        schema != CATALOG_SCHEMA ||
        !(s->tunables = catalog_settings(tunables, &s->tunable_count)) ||
        !catalog_presets_fit(json_object_get(description, "strategy"), s->tunables,
                             s->tunable_count)) {
        snprintf(error, error_bytes, "%s --describe does not print a description of schema %d",
                 s->path, CATALOG_SCHEMA);
        return false;
    }
    json_array_foreach(workloads, i, workload) {
        if (!catalog_add_workload(c, s, workload, error, error_bytes))
            return false;
    }
    return true;
}

// AddressSanitizer brings its own malloc and refuses to start behind another one.
static void catalog_check_backings(struct catalog *c) {
    const char *flags = json_string_value(json_object_get(c->build, "flags"));
    size_t count;
    const struct backing *backings = backing_list(&count);
    if (!flags || !strstr(flags, "-fsanitize=address"))
        return;
    names_free(&c->backings);
    for (size_t i = 0; i < count; i++)
        if (!backings[i].library)
            names_add(&c->backings, backings[i].name);
}

static int catalog_compare_strategies(const void *a, const void *b) {
    return strcmp(((const struct catalog_strategy *)a)->name,
                  ((const struct catalog_strategy *)b)->name);
}

static int catalog_compare_workloads(const void *a, const void *b) {
    return strcmp(((const struct catalog_workload *)a)->name,
                  ((const struct catalog_workload *)b)->name);
}

bool catalog_add(struct catalog *c, const char *path, json_t *description, char *error,
                 size_t error_bytes) {
    struct catalog_strategy s = {.path = must(strdup(path))};
    bool good = catalog_fill(c, &s, description, error, error_bytes);
    if (good) {
        s.json = json_incref(json_object_get(description, "strategy"));
        c->strategies =
            must(realloc(c->strategies, (c->strategy_count + 1) * sizeof *c->strategies));
        c->strategies[c->strategy_count++] = s;
        qsort(c->strategies, c->strategy_count, sizeof s, catalog_compare_strategies);
        qsort(c->workloads, c->workload_count, sizeof *c->workloads, catalog_compare_workloads);
        if (!c->build) {
            c->build = json_incref(json_object_get(description, "build"));
            c->counters = json_incref(json_object_get(description, "counters"));
            c->pauses = json_incref(json_object_get(description, "pauses"));
            catalog_check_backings(c);
        }
    } else {
        catalog_settings_free(s.tunables, s.tunable_count);
        names_free(&s.workloads);
        free(s.path);
    }
    json_decref(description);
    return good;
}

// The description that a program prints; NULL after a warning.
static json_t *catalog_ask(const char *path) {
    char *arguments[] = {(char *)(uintptr_t)path, (char *)(uintptr_t) "--describe", NULL};
    struct child_result r =
        child_run(&(struct child_options){.arguments = arguments,
                                          .environment = environ,
                                          .timeout_s = catalog_timeout_s,
                                          .interrupt_fd = -1,
                                          .keep_bytes = CATALOG_DESCRIPTION_BYTES});
    json_t *json = r.error || r.timed_out || r.status ? NULL : json_loads(r.output, 0, NULL);
    if (!json)
        fprintf(stderr, "heapbench: warning: %s --describe %s: left out; rebuild with make\n", path,
                r.error       ? strerror(r.error)
                : r.timed_out ? "does not end"
                : r.status    ? "failed"
                              : "does not print JSON");
    free(r.output);
    return json;
}

// Programs named bench-NAME in a folder, sorted; not bench-NAME.d or .o.
static struct names catalog_programs(const char *dir) {
    struct names paths = {0};
    DIR *folder = opendir(dir);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, "bench-", 6) || strchr(entry->d_name, '.'))
            continue;
        char *path = text_format("%s/%s", dir, entry->d_name);
        if (entry->d_type != DT_DIR && access(path, X_OK) == 0)
            names_add(&paths, path);
        free(path);
    }
    if (folder)
        closedir(folder);
    names_sort(&paths);
    return paths;
}

static char *catalog_own_folder(void) {
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n < 0 ? 0 : n] = 0;
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    return must(strdup(slash ? path : "."));
}

struct catalog *catalog_load(const char *dir, char *error, size_t error_bytes) {
    char *folder = dir ? must(strdup(dir)) : catalog_own_folder();
    struct names programs = catalog_programs(folder);
    struct catalog *c = catalog_new();
    bool good = true;
    for (size_t i = 0; i < programs.count && good; i++) {
        json_t *description = catalog_ask(programs.items[i]);
        if (description)
            good = catalog_add(c, programs.items[i], description, error, error_bytes);
    }
    if (good && !c->strategy_count) {
        snprintf(error, error_bytes,
                 "no usable bench-NAME program in %s: build some with make, or "
                 "name their folder with --bench-dir",
                 folder);
        good = false;
    }
    names_free(&programs);
    free(folder);
    if (good)
        return c;
    catalog_free(c);
    return NULL;
}
