// slice_sweep.c - slices that move settings along axes: one at a time, or a grid of several.

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "slice.h"

#include <math.h>
#include <string.h>

// A setting of a part of a point, and the values it takes.
struct axis {
    enum point_part part;
    const struct chosen *owner;
    const struct setting *setting;
    double *values;
    size_t count;
    bool acts; // somewhere in the matrix
};

static double *axis_value(const struct axis *axis, struct point *p) {
    return &p->values[axis->part].value[axis->setting - axis->owner->values.table];
}

static bool axis_add(struct axis *axis, const char *text, char *error, size_t error_bytes) {
    double value;
    if (!values_read(axis->setting, text, &value, error, error_bytes))
        return false;
    for (size_t i = 0; i < axis->count; i++)
        if (axis->values[i] == value)
            return true;
    axis->values = must(realloc(axis->values, (axis->count + 1) * sizeof *axis->values));
    axis->values[axis->count++] = value;
    return true;
}

// Values from a list as typed; "*": all of a choice; NULL: those that are declared.
static bool axis_fill(struct axis *axis, const char *list, char *error, size_t error_bytes) {
    const struct setting *s = axis->setting;
    struct names texts = {0};
    bool good = true;
    for (size_t i = 0; list && !strcmp(list, "*") && s->choices && s->choices[i]; i++)
        names_add(&texts, s->choices[i]);
    if (!list || strcmp(list, "*") != 0)
        names_split(&texts, list ? list : s->sweep ? s->sweep : "", ',');
    for (size_t i = 0; i < texts.count && good; i++)
        good = axis_add(axis, texts.items[i], error, error_bytes);
    names_free(&texts);
    return good;
}

// ------------------------------------------------------------------------------------------ points
static char *sweep_label(const struct axis *axis, double value) {
    int at = (int)(axis->setting - axis->owner->values.table);
    return axis->part != POINT_AROUND      ? values_print(axis->setting, value)
           : at == CELL_HEAP && value == 0 ? must(strdup("no limit"))
                                           : cell_around_text(at, value);
}

// All points of an axis at one place of the matrix; the entry says what its points have in common.
static void sweep_visit(struct slice *slice, struct point *p, void *context) {
    struct axis *axis = context;
    const struct chosen *workload = p->of[POINT_WORKLOAD];
    if (p->of[axis->part] != axis->owner || (workload->preset && slice->json) ||
        !values_acts(&p->values[axis->part], axis->setting))
        return;
    axis->acts = true;
    double *value = axis_value(axis, p);
    json_t *points = must(json_array());
    for (size_t i = 0; i < axis->count; i++) {
        *value = axis->values[i];
        const struct cell *cell = point_add(slice, p);
        char *label = sweep_label(axis, axis->values[i]);
        json_array_append_new(points, json_pack("[f,s,s]", axis->values[i], label, cell->key));
        free(label);
    }
    *value = axis->setting->fallback;
    char *params = values_text(&p->values[POINT_WORKLOAD]);
    char *tunables = values_text(&p->values[POINT_STRATEGY]);
    json_array_append_new(
        slice->plan->sweeps,
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s*,s:s,s:s,s:o}", "workload", workload->subject->name,
                  "params", params, "strategy", p->of[POINT_STRATEGY]->subject->name, "tunables",
                  tunables, "backing", p->backing, "input", p->input, "axis", axis->setting->name,
                  "kind", axis->part == POINT_WORKLOAD ? "param" : "tunable", "points", points));
    free(params);
    free(tunables);
}

// What was typed is not passed over in silence.
static bool sweep_acted(struct slice *slice, const struct axis *axis) {
    const struct setting *s = axis->setting;
    if (slice->json || axis->acts || !s->when)
        return true;
    snprintf(slice->error, slice->error_bytes,
             "--sweep %s: it does nothing here: accepted: with %s", s->name, s->when);
    return false;
}

static bool sweep_axis(struct slice *slice, struct axis *axis, const char *list, bool must_have) {
    bool good = axis_fill(axis, list, slice->error, slice->error_bytes);
    if (good && axis->count) {
        slice_each(slice, &slice->s->backings, sweep_visit, axis);
        good = sweep_acted(slice, axis);
    } else if (good && must_have) {
        const char *name = axis->setting->name;
        snprintf(slice->error, slice->error_bytes,
                 "--sweep %s: it has no values: accepted: %s=VALUE,...", name, name);
        good = false;
    }
    free(axis->values);
    return good;
}

// ----------------------------------------------------------------------------------------- entries
// "PATTERN" or "PATTERN=VALUES", taken apart. found: it names something.
struct entry {
    char *pattern;
    const char *values; // NULL: those that are declared
    bool exact;         // no wildcard
    bool found;
};

static struct entry entry_read(const char *text) {
    struct entry e = {.pattern = cell_typed(text)};
    char *equals = strchr(e.pattern, '=');
    if (equals) {
        *equals = 0;
        e.values = equals + 1;
    }
    e.exact = !strpbrk(e.pattern, "*?[");
    return e;
}

// Those around a cell are meant by their whole names alone.
static bool entry_owner(struct slice *slice, struct entry *e, const struct chosen *owner,
                        enum point_part part) {
    const struct subject *s = owner->subject;
    for (size_t j = 0; j < s->setting_count; j++) {
        if (!slice_matches(e->pattern, s->name, s->settings[j].name) ||
            (part == POINT_AROUND && !e->exact))
            continue;
        e->found = true;
        struct axis axis = {.part = part, .owner = owner, .setting = &s->settings[j]};
        if (owner->values.fixed[j] && !slice->json) {
            snprintf(slice->error, slice->error_bytes,
                     "%s is both fixed and swept: leave out one of the two", e->pattern);
            return false;
        }
        if (!owner->values.fixed[j] && !sweep_axis(slice, &axis, e->values, e->exact))
            return false;
    }
    return true;
}

static bool entry_group(struct slice *slice, struct entry *e, const struct group *owners,
                        enum point_part part) {
    bool good = true;
    for (size_t i = 0; i < owners->count && good; i++)
        good = entry_owner(slice, e, &owners->list[i], part);
    return good;
}

// Tunables, and what is around a cell.
static bool entry_outside(struct slice *slice, struct entry *e) {
    return entry_group(slice, e, &slice->s->around, POINT_AROUND) &&
           entry_group(slice, e, &slice->s->strategies, POINT_STRATEGY);
}

// Whether anything of the catalog is meant, selected or not; else a line in error.
static bool entry_known(struct slice *slice, const struct entry *e, const struct group *owners) {
    struct names known = {0};
    bool found = e->found || !e->exact;
    for (size_t i = 0; i < owners->all->count; i++)
        for (size_t j = 0; j < owners->all->list[i].setting_count; j++) {
            const struct subject *s = &owners->all->list[i];
            bool owned = strchr(e->pattern, '.');
            char *both =
                text_format("%s%s%s", owned ? s->name : "", owned ? "." : "", s->settings[j].name);
            if (!names_has(&known, both))
                names_add(&known, both);
            found |= slice_matches(e->pattern, s->name, s->settings[j].name);
            free(both);
        }
    if (!found)
        suggest_unknown(slice->error, slice->error_bytes, owners->setting, e->pattern, &known);
    names_free(&known);
    return found;
}

static bool sweep_member(struct slice *slice, const struct group *owners, const char *member) {
    struct names texts = slice_list(slice->json, member, "");
    bool good = true;
    for (size_t i = 0; i < texts.count && good; i++) {
        struct entry e = entry_read(texts.items[i]);
        good = owners == &slice->s->workloads ? entry_group(slice, &e, owners, POINT_WORKLOAD)
                                              : entry_outside(slice, &e);
        good = good && entry_known(slice, &e, owners);
        free(e.pattern);
    }
    names_free(&texts);
    return good;
}

bool slice_sweep(struct slice *slice) {
    return sweep_member(slice, &slice->s->strategies, "sweep");
}

bool slice_params(struct slice *slice) {
    return sweep_member(slice, &slice->s->workloads, "params");
}

// What a user may move: tunables of the selected strategies, parameters of the selected workloads
// as WORKLOAD.NAME, and the settings around a cell.
static struct names slice_settable(const struct slice *slice) {
    struct names known = select_setting_names(&slice->s->strategies, false);
    struct names more[] = {select_setting_names(&slice->s->around, false),
                           select_setting_names(&slice->s->workloads, true)};
    for (int n = 0; n < 2; n++) {
        for (size_t i = 0; i < more[n].count; i++)
            names_add(&known, more[n].items[i]);
        names_free(&more[n]);
    }
    return known;
}

bool slice_has_setting(const struct slice *slice, const char *name, const char *what, char *error,
                       size_t error_bytes) {
    struct names known = slice_settable(slice);
    const char *dot = strchr(name, '.');
    bool found = (dot && names_has(&known, dot + 1)) ||
                 suggest_known(error, error_bytes, what, name, &known);
    names_free(&known);
    return found;
}

// A parameter is named with its workload, and swept on that whatever the focus is.
bool slice_typed(struct slice *slice, const struct observe *of_params) {
    const struct names *typed = &slice->s->options->sweeps;
    struct slice params = *slice;
    bool good = true;
    params.workloads = slice->strategies; // "*"
    params.observe = *of_params;
    for (size_t i = 0; i < typed->count && good; i++) {
        struct entry e = entry_read(typed->items[i]);
        good = entry_outside(slice, &e);
        if (good && strchr(e.pattern, '.'))
            good = entry_group(&params, &e, &slice->s->workloads, POINT_WORKLOAD);
        if (good && !e.found)
            slice_has_setting(slice, e.pattern, "setting to sweep", slice->error,
                              slice->error_bytes);
        good = good && e.found;
        free(e.pattern);
    }
    return good;
}

// -------------------------------------------------------------------------------------------- grid
enum { GRID_AXES = 8 };

// Every combination of the values of the axes from this one on. An axis of another subject, or of
// one that has no such setting, leaves the point out. at: the text of each axis's value, at the
// point under way.
struct grid {
    struct names entries;
    struct names names; // of the axes at this place of the matrix
    char *at[GRID_AXES];
    double value[GRID_AXES];
    json_t *points;
    bool good, found;
};

static void grid_from(struct slice *slice, struct grid *grid, struct point *p, size_t at);

// Whether nobody need have the setting of an entry: a '?' stands before it.
static bool grid_optional(const char *entry) {
    return *entry == '?';
}

static void grid_point(struct slice *slice, struct grid *grid, const struct point *p) {
    json_t *point = must(json_array());
    json_array_append_new(point, json_string(point_add(slice, p)->key));
    for (size_t i = 0; i < grid->entries.count; i++)
        json_array_append_new(point, json_pack("[f,s]", grid->value[i], grid->at[i]));
    json_array_append_new(grid->points, point);
}

static void grid_axis(struct slice *slice, struct grid *grid, struct point *p, size_t at,
                      struct axis *axis, const char *values) {
    grid->found = true;
    grid->good = grid->good && axis_fill(axis, values, slice->error, slice->error_bytes);
    double *value = axis_value(axis, p), before = *value;
    if (grid->names.count == at)
        names_add(&grid->names, axis->setting->name);
    for (size_t i = 0; i < axis->count && grid->good; i++) {
        *value = grid->value[at] = axis->values[i];
        grid->at[at] = sweep_label(axis, axis->values[i]);
        grid_from(slice, grid, p, at + 1);
        free(grid->at[at]);
    }
    *value = before;
    free(axis->values);
}

static void grid_of(struct slice *slice, struct grid *grid, struct point *p, size_t at,
                    const struct entry *e, enum point_part part) {
    const struct chosen *owner = p->of[part];
    const struct subject *s = owner->subject;
    for (size_t j = 0; j < s->setting_count; j++) {
        struct axis axis = {.part = part, .owner = owner, .setting = &s->settings[j]};
        if (!owner->values.fixed[j] && slice_matches(e->pattern, s->name, s->settings[j].name))
            grid_axis(slice, grid, p, at, &axis, e->values);
    }
}

static void grid_from(struct slice *slice, struct grid *grid, struct point *p, size_t at) {
    if (at == grid->entries.count) {
        grid_point(slice, grid, p);
        return;
    }
    struct entry e = entry_read(grid->entries.items[at] + grid_optional(grid->entries.items[at]));
    if (e.exact)
        grid_of(slice, grid, p, at, &e, POINT_AROUND);
    grid_of(slice, grid, p, at, &e, POINT_STRATEGY);
    if (strchr(e.pattern, '.'))
        grid_of(slice, grid, p, at, &e, POINT_WORKLOAD);
    free(e.pattern);
}

// The points of one place of the matrix are an entry of the manifest.
static void grid_visit(struct slice *slice, struct point *p, void *context) {
    struct grid *grid = context;
    const struct chosen *workload = p->of[POINT_WORKLOAD];
    if (workload->preset && slice->json)
        return;
    grid->points = must(json_array());
    grid_from(slice, grid, p, 0);
    json_t *axes = must(json_array());
    for (size_t i = 0; i < grid->names.count; i++)
        json_array_append_new(axes, json_string(grid->names.items[i]));
    if (json_array_size(grid->points))
        json_array_append_new(slice->plan->grids,
                              json_pack("{s:s,s:s,s:s,s:s*,s:O,s:O}", "workload",
                                        workload->subject->name, "strategy",
                                        p->of[POINT_STRATEGY]->subject->name, "backing", p->backing,
                                        "input", p->input, "axes", axes, "points", grid->points));
    json_decref(axes);
    json_decref(grid->points);
    names_free(&grid->names);
}

static bool grid_add(struct slice *slice, struct grid *grid) {
    char *entries = names_join(&grid->entries, "\", \"");
    for (size_t i = 0; i < grid->entries.count; i++)
        grid->found |= grid_optional(grid->entries.items[i]);
    if (grid->entries.count > GRID_AXES)
        snprintf(slice->error, slice->error_bytes, "a grid of %zu axes: accepted: at most %d",
                 grid->entries.count, GRID_AXES);
    else
        slice_each(slice, &slice->s->backings, grid_visit, grid);
    if (grid->good && grid->entries.count <= GRID_AXES && !grid->found)
        snprintf(slice->error, slice->error_bytes,
                 "no pair of the selected has \"%s\": accepted: NAME=VALUES of a strategy, "
                 "WORKLOAD.NAME=VALUES",
                 entries);
    free(entries);
    return grid->good && grid->found;
}

bool slice_grid(struct slice *slice) {
    struct grid grid = {.entries = slice_list(slice->json, "grid", ""), .good = true};
    bool good = grid_add(slice, &grid);
    names_free(&grid.entries);
    return good;
}

// --grid: a word without '=' is a further value of the axis before it.
static void grid_words(struct names *entries, const char *typed) {
    struct names words = {0};
    names_split(&words, typed, ',');
    for (size_t i = 0; i < words.count; i++) {
        if (strchr(words.items[i], '=') || !entries->count) {
            names_add(entries, words.items[i]);
            continue;
        }
        char **last = &entries->items[entries->count - 1];
        char *longer = text_format("%s,%s", *last, words.items[i]);
        free(*last);
        *last = longer;
    }
    names_free(&words);
}

// A name that no selected strategy or workload has is told first.
static bool grid_known(struct slice *slice, const struct names *entries) {
    bool good = true;
    for (size_t i = 0; i < entries->count && good; i++) {
        struct entry e = entry_read(entries->items[i]);
        good = slice_has_setting(slice, e.pattern, "setting for a grid", slice->error,
                                 slice->error_bytes);
        free(e.pattern);
    }
    return good;
}

bool slice_typed_grid(struct slice *slice) {
    const struct names *typed = &slice->s->options->grids;
    struct grid grid = {.good = true};
    for (size_t i = 0; i < typed->count; i++)
        grid_words(&grid.entries, typed->items[i]);
    bool good = !grid.entries.count || (grid_known(slice, &grid.entries) && grid_add(slice, &grid));
    names_free(&grid.entries);
    return good;
}
