// select_axes.c - see select_axes.h.

#include "select_axes.h"

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "model/preset.h"

#include <string.h>

static void select_add_once(struct names *names, const char *name) {
    if (name && !names_has(names, name))
        names_add(names, name);
}

struct names select_tunable_names(const struct selection *s) {
    struct names names = {0};
    for (size_t i = 0; i < s->strategy_count; i++) {
        const struct catalog_strategy *strategy = &s->catalog->strategies[s->strategies[i]];
        for (size_t j = 0; j < strategy->tunable_count; j++)
            select_add_once(&names, strategy->tunables[j].name);
    }
    return names;
}

static void select_add_presets(struct names *names, const json_t *described) {
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(described), i, preset)
        select_add_once(names, preset_text(preset, "name"));
}

struct names select_preset_names(const struct selection *s) {
    struct names names = {0};
    for (size_t i = 0; i < s->strategy_count; i++)
        select_add_presets(&names, s->catalog->strategies[s->strategies[i]].json);
    for (size_t i = 0; i < s->workload_count; i++)
        select_add_presets(&names, s->catalog->workloads[s->workloads[i]].json);
    return names;
}

// Everything that --sweep takes.
static struct names select_axis_names(const struct selection *s) {
    struct names names = select_tunable_names(s);
    for (size_t i = 0; i < s->workload_count; i++) {
        const struct catalog_workload *w = &s->catalog->workloads[s->workloads[i]];
        for (size_t j = 0; j < w->param_count; j++) {
            char *name = text_format("%s.%s", w->name, w->params[j].name);
            names_add(&names, name);
            free(name);
        }
    }
    return names;
}

static const struct values *select_owner(const struct selection *s, bool is_param, size_t owner) {
    return is_param ? &s->params[owner] : &s->tunables[owner];
}

static bool select_axis_value(struct select_axis *axis, const struct setting *setting,
                              const char *text, char *error, size_t error_bytes) {
    double value;
    if (!values_read(setting, text, &value, error, error_bytes))
        return false;
    for (size_t i = 0; i < axis->count; i++)
        if (axis->values[i] == value)
            return true;
    axis->values = must(realloc(axis->values, (axis->count + 1) * sizeof *axis->values));
    axis->values[axis->count++] = value;
    return true;
}

// Adds the axis of a setting over a comma-separated list of values.
static bool select_add(struct selection *s, bool is_param, size_t owner, size_t index,
                       const char *list, char *error, size_t error_bytes) {
    const struct setting *setting = &select_owner(s, is_param, owner)->table[index];
    struct select_axis axis = {.is_param = is_param, .owner = owner, .setting = index};
    struct names texts = {0};
    bool good = true;
    names_split(&texts, list, ',');
    for (size_t i = 0; i < texts.count && good; i++)
        good = select_axis_value(&axis, setting, texts.items[i], error, error_bytes);
    names_free(&texts);
    if (good && axis.count) {
        s->axes = must(realloc(s->axes, (s->axis_count + 1) * sizeof *s->axes));
        s->axes[s->axis_count++] = axis;
        return true;
    }
    free(axis.values);
    if (good)
        snprintf(error, error_bytes, "--sweep %s: it declares no values: accepted: %s=VALUE,...",
                 setting->name, setting->name);
    return false;
}

// ---------------------------------------------------------------------------------------- as typed
struct select_typed {
    char *owner; // NULL: every strategy that has it
    char *name;
    const char *list; // NULL: the declared values
    bool found;
};

// One strategy or workload: adds its axis when the typed name is meant for it.
static bool select_typed_for(struct selection *s, struct select_typed *typed, bool is_param,
                             size_t owner, char *error, size_t error_bytes) {
    const struct values *v = select_owner(s, is_param, owner);
    const char *own_name =
        is_param ? s->catalog->workloads[owner].name : s->catalog->strategies[owner].name;
    const struct setting *setting = setting_find(v->table, v->count, typed->name);
    if (!setting || (typed->owner ? strcmp(typed->owner, own_name) != 0 : is_param))
        return true;
    size_t index = (size_t)(setting - v->table);
    typed->found = true;
    if (v->fixed[index]) {
        snprintf(error, error_bytes, "%s is both fixed and swept: leave out one of the two",
                 typed->name);
        return false;
    }
    return select_add(s, is_param, owner, index, typed->list ? typed->list : setting->sweep, error,
                      error_bytes);
}

static bool select_typed_axis(struct selection *s, const char *text, char *error,
                              size_t error_bytes) {
    char *copy = must(strdup(text)), *equals = strchr(copy, '=');
    if (equals)
        *equals = 0;
    char *dot = strchr(copy, '.');
    struct select_typed typed = {dot ? copy : NULL, dot ? dot + 1 : copy,
                                 equals ? equals + 1 : NULL, false};
    bool good = true;
    if (dot)
        *dot = 0;
    for (size_t i = 0; i < s->strategy_count && good; i++)
        good = select_typed_for(s, &typed, false, s->strategies[i], error, error_bytes);
    for (size_t i = 0; i < s->workload_count && good; i++)
        good = select_typed_for(s, &typed, true, s->workloads[i], error, error_bytes);
    if (good && !typed.found) {
        struct names known = select_axis_names(s);
        if (dot)
            *dot = '.';
        suggest_unknown(error, error_bytes, "setting to sweep", copy, &known);
        names_free(&known);
    }
    free(copy);
    return good && typed.found;
}

// ------------------------------------------------------------------------------------- as declared
static bool select_declared(struct selection *s, bool is_param, size_t owner, bool full,
                            char *error, size_t error_bytes) {
    const struct values *v = select_owner(s, is_param, owner);
    for (size_t i = 0; i < v->count; i++) {
        const struct setting *setting = &v->table[i];
        if (!setting->sweep[0] || v->fixed[i] || !(full || setting->quick_sweep))
            continue;
        if (!select_add(s, is_param, owner, i, setting->sweep, error, error_bytes))
            return false;
    }
    return true;
}

bool select_axes(struct selection *s, const struct options *o, char *error, size_t error_bytes) {
    bool good = true;
    for (size_t i = 0; i < o->sweeps.count && good; i++)
        good = select_typed_axis(s, o->sweeps.items[i], error, error_bytes);
    if (s->axes_named)
        return good;
    for (size_t i = 0; i < s->strategy_count && good; i++)
        good = select_declared(s, false, s->strategies[i], o->full, error, error_bytes);
    for (size_t i = 0; i < s->workload_count && good; i++)
        good = select_declared(s, true, s->workloads[i], o->full, error, error_bytes);
    return good;
}
