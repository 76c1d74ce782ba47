// catalog.c - asks the bench programs what they are, and puts the answers in order.

#include "catalog.h"

#include "backing_given.h"
#include "backing_options.h"
#include "base/child.h"
#include "base/file.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"

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
    if (!c)
        return;
    for (size_t i = 0; i < c->strategies.count; i++)
        subject_free(&c->strategies.list[i]);
    for (size_t i = 0; i < c->workloads.count; i++)
        subject_free(&c->workloads.list[i]);
    json_decref(c->counters);
    json_decref(c->pauses);
    json_decref(c->build);
    names_free(&c->backings);
    free(c->strategies.list);
    free(c->workloads.list);
    free(c);
}

static const struct subject *subjects_find(const struct subjects *s, const char *name) {
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->list[i].name, name))
            return &s->list[i];
    return NULL;
}

struct names subjects_names(const struct subjects *s) {
    struct names names = {0};
    for (size_t i = 0; i < s->count; i++)
        names_add(&names, s->list[i].name);
    return names;
}

const struct subject *catalog_strategy(const struct catalog *c, const char *name) {
    return subjects_find(&c->strategies, name);
}

const struct subject *catalog_workload(const struct catalog *c, const char *name) {
    return subjects_find(&c->workloads, name);
}

static void catalog_append(struct subjects *to, const struct subject *s) {
    to->list = must(realloc(to->list, (to->count + 1) * sizeof *to->list));
    to->list[to->count++] = *s;
}

static bool catalog_new_workload(struct catalog *c, json_t *json) {
    struct subject w;
    json_int_t steps;
    if (!subject_read(&w, json, "params"))
        return false;
    w.step_is = w.reads = "";
    if (json_unpack(json, "{s:I,s?s,s?s}", "steps", &steps, "step_is", &w.step_is, "reads",
                    &w.reads) ||
        steps < !*w.reads) { // 0: as many as what it reads says
        subject_free(&w);
        return false;
    }
    w.steps = (uint64_t)steps;
    catalog_append(&c->workloads, &w);
    return true;
}

// 1 is 1.0: a language that has one kind of number writes the first for both.
static json_t *catalog_reals(const json_t *json) {
    char *text = json_dumps(json, 0);
    json_t *reals = must(json_loads(text, JSON_DECODE_INT_AS_REAL, NULL));
    free(text);
    return reals;
}

static bool catalog_alike(const json_t *a, const json_t *b) {
    json_t *reals_a = catalog_reals(a), *reals_b = catalog_reals(b);
    bool alike = json_equal(reals_a, reals_b);
    json_decref(reals_a);
    json_decref(reals_b);
    return alike;
}

// A workload is one file compiled for every strategy, so all must describe it alike.
static bool catalog_add_workload(struct catalog *c, struct subject *s, json_t *json, char *error,
                                 size_t error_bytes) {
    const char *name = json_string_value(json_object_get(json, "name"));
    const struct subject *known = name ? catalog_workload(c, name) : NULL;
    if (known && !catalog_alike(known->json, json)) {
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

static bool catalog_fill(struct catalog *c, struct subject *s, const char *path,
                         json_t *description, char *error, size_t error_bytes) {
    json_t *strategy = NULL, *workloads = NULL, *workload;
    int schema = 0;
    size_t i;
    if (json_unpack(description, "{s:i,s:o,s:o}", "schema", &schema, "strategy", &strategy,
                    "workloads", &workloads) ||
        schema != CATALOG_SCHEMA || !json_array_size(workloads) ||
        !subject_read(s, strategy, "tunables")) {
        snprintf(error, error_bytes, "%s --describe does not print a description of schema %d",
                 path, CATALOG_SCHEMA);
        return false;
    }
    s->path = must(strdup(path));
    s->counting = json_is_true(json_object_get(description, "counting"));
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

static int catalog_compare(const void *a, const void *b) {
    return strcmp(((const struct subject *)a)->name, ((const struct subject *)b)->name);
}

bool catalog_add(struct catalog *c, const char *path, json_t *description, char *error,
                 size_t error_bytes) {
    struct subject s = {0};
    bool good = catalog_fill(c, &s, path, description, error, error_bytes);
    if (good) {
        catalog_append(&c->strategies, &s);
        qsort(c->strategies.list, c->strategies.count, sizeof s, catalog_compare);
        qsort(c->workloads.list, c->workloads.count, sizeof s, catalog_compare);
    } else {
        subject_free(&s);
    }
    if (good && !c->build) {
        c->build = json_incref(json_object_get(description, "build"));
        c->counters = json_incref(json_object_get(description, "counters"));
        c->pauses = json_incref(json_object_get(description, "pauses"));
        catalog_check_backings(c);
    }
    json_decref(description);
    return good;
}

// The description that a program prints; NULL, and *why.
static json_t *catalog_ask(const char *path, char *const *environment, const char **why) {
    char *arguments[] = {(char *)(uintptr_t)path, (char *)(uintptr_t) "--describe", NULL};
    struct child_result r =
        child_run(&(struct child_options){.arguments = arguments,
                                          .environment = environment,
                                          .timeout_s = catalog_timeout_s,
                                          .interrupt_fd = -1,
                                          .keep_bytes = CATALOG_DESCRIPTION_BYTES});
    json_t *json = child_succeeded(&r) ? json_loads(r.output, 0, NULL) : NULL;
    bool foreign = json && json_integer_value(json_object_get(json, "schema")) != CATALOG_SCHEMA;
    if (foreign) { // of another commit
        json_decref(json);
        json = NULL;
    }
    *why = r.error       ? strerror(r.error)
           : r.timed_out ? "does not end"
           : r.status    ? "failed"
           : foreign     ? "is of another schema"
                         : "does not print JSON";
    free(r.output);
    return json;
}

struct catalog *catalog_of(const char *path, char *error, size_t error_bytes) {
    const char *why;
    struct catalog *c = catalog_new();
    json_t *description = catalog_ask(path, environ, &why);
    if (!description)
        snprintf(error, error_bytes, "%s --describe %s", path, why);
    if (description && catalog_add(c, path, description, error, error_bytes))
        return c;
    catalog_free(c);
    return NULL;
}

// Programs named bench-NAME, by the prefix bench-, in a folder, sorted; not bench-NAME.d or .o.
static struct names catalog_programs(const char *dir, const char *prefix) {
    struct names paths = {0};
    DIR *folder = opendir(dir);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) || strchr(entry->d_name, '.'))
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
    char *self = file_self(), *slash = self ? strrchr(self, '/') : NULL;
    if (slash)
        *slash = 0;
    char *folder = must(strdup(slash ? self : "."));
    free(self);
    return folder;
}

struct catalog *catalog_load(const char *dir, char *error, size_t error_bytes) {
    char *folder = dir ? must(strdup(dir)) : catalog_own_folder();
    struct names programs = catalog_programs(folder, "bench-");
    if (!programs.count) // a sanitizer build, of which no time is taken
        programs = catalog_programs(folder, "count-");
    struct catalog *c = catalog_new();
    bool good = true;
    for (size_t i = 0; i < programs.count && good; i++) {
        const char *why;
        json_t *description = catalog_ask(programs.items[i], environ, &why);
        if (!description)
            fprintf(stderr, "heapbench: warning: %s --describe %s: left out; rebuild with make\n",
                    programs.items[i], why);
        else
            good = catalog_add(c, programs.items[i], description, error, error_bytes);
    }
    if (good && !c->strategies.count) {
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

bool catalog_has_backing(const struct catalog *c, const char *name) {
    char *base = backing_base(name);
    const struct backing *b = backing_named(base);
    bool has = names_has(&c->backings, base) || (b && backing_is_given(b));
    free(base);
    return has;
}

// A library on which no program starts is better refused before a run than recorded of each cell.
static bool catalog_starts_on(const struct catalog *c, const struct backing *b, char *error,
                              size_t error_bytes) {
    struct names environment = {0};
    const char *why, *path = c->strategies.count ? c->strategies.list[0].path : NULL;
    for (char **variable = environ; *variable; variable++)
        names_add(&environment, *variable);
    backing_environment(b->name, &environment);
    json_t *said = path ? catalog_ask(path, names_vector(&environment), &why) : NULL;
    if (path && !said)
        snprintf(error, error_bytes, "backing allocator '%s' (%s): on it %s --describe %s", b->name,
                 b->library, path, why);
    names_free(&environment);
    json_decref(said);
    return !path || said;
}

// The name of an allocator that is given, a new string.
static char *catalog_given(const struct catalog *c, const char *definition, char *error,
                           size_t error_bytes) {
    char *name = must(strndup(definition, strcspn(definition, "=")));
    bool again = backing_named(name);
    const struct backing *b = backing_give(definition, error, error_bytes);
    if (b && (again || catalog_starts_on(c, b, error, error_bytes)))
        return name;
    free(name);
    return NULL;
}

char *catalog_backing(const struct catalog *c, const char *name, char *error, size_t error_bytes) {
    const struct backing *b = backing_named(name);
    if (backing_is_definition(name))
        return catalog_given(c, name, error, error_bytes);
    if (catalog_has_backing(c, name))
        return strchr(name, ':') ? backing_canonical(name, error, error_bytes) : must(strdup(name));
    if (b) {
        char *accepted = names_join(&c->backings, ", ");
        snprintf(error, error_bytes,
                 "backing allocator '%s' (%s) is not installed, or this is a sanitizer build: "
                 "accepted: %s",
                 b->name, b->library, accepted);
        free(accepted);
        return NULL;
    }
    char *base = backing_base(name);
    suggest_unknown(error, error_bytes, "backing allocator", base, &c->backings);
    free(base);
    return NULL;
}

// Sets the parts of a cell that are in the form of a key. False with one line in error.
static bool catalog_settle(const struct catalog *c, struct cell *cell, char *error,
                           size_t error_bytes) {
    char *params =
        subject_settings(catalog_workload(c, cell->workload), cell->params, error, error_bytes);
    char *tunables = params ? subject_settings(catalog_strategy(c, cell->strategy), cell->tunables,
                                               error, error_bytes)
                            : NULL;
    char *backing = tunables ? catalog_backing(c, cell->backing, error, error_bytes) : NULL;
    if (!backing) {
        free(params);
        free(tunables);
        return false;
    }
    free(cell->params);
    free(cell->tunables);
    free(cell->backing);
    cell->params = params;
    cell->tunables = tunables;
    cell->backing = backing;
    return true;
}

struct cell *catalog_cell(const struct catalog *c, const char *key, bool *missing, char *error,
                          size_t error_bytes) {
    struct cell *read = cell_read(key, error, error_bytes), *cell = NULL;
    *missing = false;
    if (!read)
        return NULL;
    *missing = !catalog_strategy(c, read->strategy) || !catalog_has_backing(c, read->backing);
    if (!catalog_workload(c, read->workload)) {
        struct names known = subjects_names(&c->workloads);
        suggest_unknown(error, error_bytes, "workload", read->workload, &known);
        names_free(&known);
        *missing = false;
    } else if (*missing) {
        snprintf(error, error_bytes, "%s is not built or installed here", key);
    } else if (catalog_settle(c, read, error, error_bytes)) {
        cell = cell_new(read);
    }
    cell_free(read);
    return cell;
}
