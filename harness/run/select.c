// select.c - see select.h. Axes are read in select_axes.c.

#include "select.h"

#include "base/input.h"
#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "model/backing.h"
#include "model/preset.h"
#include "select_axes.h"
#include "trace/trace.h"

#include <string.h>

static struct names select_strategy_names(const struct catalog *c) {
    struct names names = {0};
    for (size_t i = 0; i < c->strategy_count; i++)
        names_add(&names, c->strategies[i].name);
    return names;
}

static struct names select_workload_names(const struct catalog *c) {
    struct names names = {0};
    for (size_t i = 0; i < c->workload_count; i++)
        names_add(&names, c->workloads[i].name);
    return names;
}

static bool select_known(const struct names *wanted, const struct names *known, const char *what,
                         char *error, size_t error_bytes) {
    for (size_t i = 0; i < wanted->count; i++)
        if (!names_has(known, wanted->items[i])) {
            suggest_unknown(error, error_bytes, what, wanted->items[i], known);
            return false;
        }
    return true;
}

static bool select_strategies(struct selection *s, const struct names *wanted, char *error,
                              size_t error_bytes) {
    const struct catalog *c = s->catalog;
    struct names known = select_strategy_names(c);
    bool good = select_known(wanted, &known, "strategy", error, error_bytes);
    s->strategies = must(calloc(c->strategy_count + 1, sizeof *s->strategies));
    for (size_t i = 0; good && i < c->strategy_count; i++)
        if (wanted->count ? names_has(wanted, c->strategies[i].name)
                          : !catalog_has_trait(&c->strategies[i], "instrument"))
            s->strategies[s->strategy_count++] = i;
    names_free(&known);
    return good;
}

static bool select_workloads(struct selection *s, const struct names *wanted, char *error,
                             size_t error_bytes) {
    const struct catalog *c = s->catalog;
    struct names known = select_workload_names(c);
    bool good = select_known(wanted, &known, "workload", error, error_bytes);
    s->workloads = must(calloc(c->workload_count + 1, sizeof *s->workloads));
    for (size_t i = 0; good && i < c->workload_count; i++)
        if (!wanted->count || names_has(wanted, c->workloads[i].name))
            s->workloads[s->workload_count++] = i;
    names_free(&known);
    return good;
}

static bool select_backings(struct selection *s, const struct names *wanted, char *error,
                            size_t error_bytes) {
    const struct names *installed = &s->catalog->backings;
    size_t count;
    const struct backing *all = backing_list(&count);
    for (size_t i = 0; i < count; i++)
        if (names_has(wanted, all[i].name) && !names_has(installed, all[i].name)) {
            char *accepted = names_join(installed, ", ");
            snprintf(error, error_bytes,
                     "backing allocator '%s' (%s) is not installed, or "
                     "this is a sanitizer build: accepted: %s",
                     all[i].name, all[i].library, accepted);
            free(accepted);
            return false;
        }
    if (!select_known(wanted, installed, "backing allocator", error, error_bytes))
        return false;
    for (size_t i = 0; i < wanted->count; i++)
        if (!names_has(&s->backings, wanted->items[i]))
            names_add(&s->backings, wanted->items[i]);
    if (!wanted->count)
        names_add(&s->backings, all[0].name); // the C library's own
    return true;
}

// - settings Sets name=value in one table; text is the value. False with a line in error when it is
// out of range.
static bool select_assign(struct values *v, const struct setting *setting, const char *text,
                          char *error, size_t error_bytes) {
    size_t i = (size_t)(setting - v->table);
    v->fixed[i] = true;
    return values_read(setting, text, &v->value[i], error, error_bytes);
}

static void select_no_tunable(const struct selection *s, const char *name, char *error,
                              size_t error_bytes) {
    struct names known = select_tunable_names(s);
    suggest_unknown(error, error_bytes, "tunable of a selected strategy", name, &known);
    names_free(&known);
}

// NAME=VALUE for every selected strategy that has it; only, when not NULL, narrows it to one.
static bool select_set_name(struct selection *s, const char *only, const char *name,
                            const char *text, char *error, size_t error_bytes) {
    bool found = false;
    for (size_t i = 0; i < s->strategy_count; i++) {
        const struct catalog_strategy *strategy = &s->catalog->strategies[s->strategies[i]];
        const struct setting *setting =
            setting_find(strategy->tunables, strategy->tunable_count, name);
        if (!setting || (only && strcmp(only, strategy->name)))
            continue;
        found = true;
        if (!select_assign(&s->tunables[s->strategies[i]], setting, text, error, error_bytes))
            return false;
    }
    if (!found)
        select_no_tunable(s, name, error, error_bytes);
    return found;
}

static bool select_set(struct selection *s, const char *typed, char *error, size_t error_bytes) {
    char *name = must(strdup(typed)), *equals = strchr(name, '='), *dot = NULL;
    bool good = equals;
    if (!good) {
        snprintf(error, error_bytes, "--set '%s': accepted: NAME=VALUE or STRATEGY.NAME=VALUE",
                 typed);
    } else {
        *equals = 0;
        dot = strchr(name, '.');
        if (dot)
            *dot = 0;
    }
    if (good && dot) {
        struct names only = {&name, 1}, known = select_strategy_names(s->catalog);
        good = select_known(&only, &known, "strategy", error, error_bytes);
        names_free(&known);
    }
    good = good && select_set_name(s, dot ? name : NULL, dot ? dot + 1 : name, equals + 1, error,
                                   error_bytes);
    free(name);
    return good;
}

// The preset of that name of every selected strategy and workload that has one.
static bool select_preset(struct selection *s, const char *name, char *error, size_t error_bytes) {
    bool found = false, good = true;
    for (size_t i = 0; i < s->strategy_count && good; i++) {
        size_t strategy = s->strategies[i];
        const json_t *preset = preset_find(s->catalog->strategies[strategy].json, name);
        found |= preset != NULL;
        good = !preset || preset_apply(preset, &s->tunables[strategy], error, error_bytes);
    }
    for (size_t i = 0; i < s->workload_count && good; i++) {
        size_t workload = s->workloads[i];
        const json_t *preset = preset_find(s->catalog->workloads[workload].json, name);
        if (!preset)
            continue;
        found = true;
        if (s->presets[workload] && s->presets[workload] != preset) {
            snprintf(error, error_bytes,
                     "'%s' and '%s' are both presets of %s: accepted: one of them, or none for a "
                     "matrix with both",
                     preset_text(s->presets[workload], "name"), name,
                     s->catalog->workloads[workload].name);
            return false;
        }
        s->presets[workload] = preset;
        good = preset_apply(preset, &s->params[workload], error, error_bytes);
    }
    if (!found) {
        struct names known = select_preset_names(s);
        suggest_unknown(error, error_bytes, "preset of a selected strategy or workload", name,
                        &known);
        names_free(&known);
    }
    return found && good;
}

// The selected workload of that name, as its index in the catalog, or SIZE_MAX.
static size_t select_workload_index(const struct selection *s, const char *name) {
    for (size_t i = 0; i < s->workload_count; i++)
        if (!strcmp(s->catalog->workloads[s->workloads[i]].name, name))
            return s->workloads[i];
    return SIZE_MAX;
}

static bool select_param_name(struct selection *s, const char *workload, const char *name,
                              const char *text, char *error, size_t error_bytes) {
    struct names known = {0};
    size_t index = select_workload_index(s, workload);
    if (index == SIZE_MAX) {
        for (size_t i = 0; i < s->workload_count; i++)
            names_add(&known, s->catalog->workloads[s->workloads[i]].name);
        suggest_unknown(error, error_bytes, "selected workload", workload, &known);
        names_free(&known);
        return false;
    }
    const struct catalog_workload *w = &s->catalog->workloads[index];
    const struct setting *setting = setting_find(w->params, w->param_count, name);
    if (setting)
        return select_assign(&s->params[index], setting, text, error, error_bytes);
    for (size_t i = 0; i < w->param_count; i++)
        names_add(&known, w->params[i].name);
    char *what = text_format("parameter of workload %s", workload);
    suggest_unknown(error, error_bytes, what, name, &known);
    free(what);
    names_free(&known);
    return false;
}

static bool select_param(struct selection *s, const char *typed, char *error, size_t error_bytes) {
    char *workload = must(strdup(typed)), *equals = strchr(workload, '=');
    if (equals)
        *equals = 0;
    char *dot = strchr(workload, '.');
    bool good = equals && dot;
    if (good) {
        *dot = 0;
        good = select_param_name(s, workload, dot + 1, equals + 1, error, error_bytes);
    } else {
        snprintf(error, error_bytes, "--param '%s': accepted: WORKLOAD.NAME=VALUE", typed);
    }
    free(workload);
    return good;
}

static bool select_settings(struct selection *s, const struct options *o, char *error,
                            size_t error_bytes) {
    for (size_t i = 0; i < o->presets.count; i++)
        if (!select_preset(s, o->presets.items[i], error, error_bytes))
            return false;
    for (size_t i = 0; i < o->sets.count; i++)
        if (!select_set(s, o->sets.items[i], error, error_bytes))
            return false;
    for (size_t i = 0; i < o->params.count; i++)
        if (!select_param(s, o->params.items[i], error, error_bytes))
            return false;
    return true;
}

// Read now what workloads will read: better one line at once than every cell failing.
static bool select_input(const struct selection *s, const struct options *o, char *error,
                         size_t error_bytes) {
    bool wanted = o->input != NULL;
    for (size_t i = 0; i < s->workload_count; i++)
        wanted |= strcmp(s->catalog->workloads[s->workloads[i]].reads, "text") == 0;
    if (!wanted || (o->input && trace_is(o->input)))
        return true;
    struct input *in = input_read(o->input ? o->input : INPUT_DEFAULT_PATH, error, error_bytes);
    if (!in)
        return false;
    input_free(in);
    return true;
}

static void select_defaults(struct selection *s) {
    const struct catalog *c = s->catalog;
    s->tunables = must(calloc(c->strategy_count + 1, sizeof *s->tunables));
    s->params = must(calloc(c->workload_count + 1, sizeof *s->params));
    s->presets = must(calloc(c->workload_count + 1, sizeof *s->presets));
    for (size_t i = 0; i < c->strategy_count; i++)
        s->tunables[i] = values_new(c->strategies[i].tunables, c->strategies[i].tunable_count);
    for (size_t i = 0; i < c->workload_count; i++)
        s->params[i] = values_new(c->workloads[i].params, c->workloads[i].param_count);
}

struct selection *selection_new(const struct catalog *catalog, const struct options *o, char *error,
                                size_t error_bytes) {
    struct selection *s = must(calloc(1, sizeof *s));
    s->catalog = catalog;
    s->strategies_named = o->strategies.count;
    s->workloads_named = o->workloads.count;
    s->backings_named = o->backings.count;
    s->axes_named = o->sweeps.count;
    select_defaults(s);
    if (select_strategies(s, &o->strategies, error, error_bytes) &&
        select_workloads(s, &o->workloads, error, error_bytes) &&
        select_backings(s, &o->backings, error, error_bytes) &&
        select_settings(s, o, error, error_bytes) && select_axes(s, o, error, error_bytes) &&
        select_input(s, o, error, error_bytes))
        return s;
    selection_free(s);
    return NULL;
}

void selection_free(struct selection *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->catalog->strategy_count; i++)
        values_free(&s->tunables[i]);
    for (size_t i = 0; i < s->catalog->workload_count; i++)
        values_free(&s->params[i]);
    for (size_t i = 0; i < s->axis_count; i++)
        free(s->axes[i].values);
    free(s->axes);
    free(s->tunables);
    free(s->params);
    free(s->presets);
    free(s->strategies);
    free(s->workloads);
    names_free(&s->backings);
    free(s);
}
