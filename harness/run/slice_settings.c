// slice_settings.c - slices that apply presets, that set something else, and that list cells.

#include "base/must.h"
#include "base/suggest.h"
#include "base/text.h"
#include "model/backing.h"
#include "model/claims.h"
#include "slice.h"

#include <string.h>

// ----------------------------------------------------------------------------------------- presets
// The cells of one preset of a workload.
struct preset_cells {
    json_t *list;
    char *params; // as in their keys; NULL: none yet
};

static bool preset_wanted(const struct names *patterns, const char *owner, const json_t *preset) {
    bool wanted = false;
    for (size_t i = 0; i < patterns->count; i++)
        wanted |= slice_matches(patterns->items[i], owner, text_member(preset, "name"));
    return wanted;
}

// A strategy, with the preset that its settings are, if they are one.
static char *preset_label(const struct point *p) {
    const struct subject *strategy = p->of[POINT_STRATEGY]->subject;
    const json_t *preset = preset_matching(strategy, &p->values[POINT_STRATEGY]);
    return cell_name(strategy->name, text_member(preset, "name"));
}

static void preset_add(struct slice *slice, const struct point *p, struct preset_cells *cells) {
    const char *key = point_add(slice, p)->key;
    size_t i;
    json_t *cell;
    json_array_foreach(cells->list, i, cell) { // a preset may be what the strategy does anyway
        if (!strcmp(json_string_value(json_array_get(cell, 1)), key))
            return;
    }
    char *label = preset_label(p);
    json_array_append_new(cells->list, json_pack("[s,s]", label, key));
    free(label);
}

// The strategy as the flags have it; unless they touch its tunables, by its own presets as well.
static void preset_strategy(struct slice *slice, struct point *p, const struct names *with,
                            struct preset_cells *cells) {
    const struct chosen *strategy = p->of[POINT_STRATEGY];
    struct values *tunables = &p->values[POINT_STRATEGY];
    char error[256];
    size_t i;
    json_t *preset;
    preset_add(slice, p, cells);
    if (values_any_fixed(&strategy->values) || options_has_axes(slice->s->options))
        return;
    json_array_foreach(presets_of(strategy->subject->json), i, preset) {
        if (!preset_wanted(with, strategy->subject->name, preset))
            continue;
        struct values usual = *tunables;
        *tunables = values_copy(&usual);
        if (preset_apply(preset, tunables, error, sizeof error))
            preset_add(slice, p, cells);
        values_free(tunables);
        *tunables = usual;
    }
}

// All strategies that run the workload with this preset; params as the flags have them when it is
// theirs.
static void preset_cells(struct slice *slice, const struct point *where, const json_t *preset,
                         struct preset_cells *cells) {
    char error[256];
    const struct chosen *workload = where->of[POINT_WORKLOAD];
    struct names with = slice_list(slice->json, "with", "");
    for (size_t i = 0; i < slice->s->strategies.count; i++) {
        const struct chosen *strategy = &slice->s->strategies.list[i];
        if (!slice_runs(slice, workload, strategy) || !preset_suits(preset, strategy->subject))
            continue;
        struct point p = point_new(slice, workload, strategy, where->backing, where->input);
        struct values *params = &p.values[POINT_WORKLOAD];
        if (preset == workload->preset || preset_apply(preset, params, error, sizeof error))
            preset_strategy(slice, &p, &with, cells);
        free(cells->params);
        cells->params = values_text(params);
        point_free(&p);
    }
    names_free(&with);
}

static void preset_entry(struct slice *slice, const struct point *where, const json_t *preset) {
    struct preset_cells cells = {.list = must(json_array())};
    preset_cells(slice, where, preset, &cells);
    if (cells.params)
        json_array_append_new(
            slice->plan->presets,
            json_pack("{s:s,s:s,s:s,s:s,s:s,s:s*,s:O}", "workload",
                      where->of[POINT_WORKLOAD]->subject->name, "name", text_member(preset, "name"),
                      "doc", text_member(preset, "doc"), "params", cells.params, "backing",
                      where->backing, "input", where->input, "cells", cells.list));
    json_decref(cells.list);
    free(cells.params);
}

// Whether an earlier slice had the preset there.
static bool preset_listed(const struct slice *slice, const struct point *where,
                          const json_t *preset) {
    size_t i;
    json_t *entry;
    json_array_foreach(slice->plan->presets, i, entry) {
        if (!strcmp(text_member(entry, "workload"), where->of[POINT_WORKLOAD]->subject->name) &&
            !strcmp(text_member(entry, "name"), text_member(preset, "name")) &&
            !strcmp(text_member(entry, "backing"), where->backing) &&
            !strcmp(text_member(entry, "input"), where->input ? where->input : ""))
            return true;
    }
    return false;
}

// The preset that was named; else, where no parameter is fixed and no axis named, those of the
// slice.
static void preset_place(struct slice *slice, const struct point *where,
                         const struct names *wanted) {
    const struct chosen *w = where->of[POINT_WORKLOAD];
    bool declared = !values_any_fixed(&w->values) && !options_has_axes(slice->s->options);
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(w->subject->json), i, preset) {
        if ((w->preset ? preset == w->preset
                       : declared && preset_wanted(wanted, w->subject->name, preset)) &&
            !preset_listed(slice, where, preset))
            preset_entry(slice, where, preset);
    }
}

// Whether each name that is not optional is that of a preset, of the group's or of any.
static bool presets_known(struct slice *slice, const struct names *wanted,
                          const struct group *owners) {
    struct names known = {0};
    bool good = true;
    for (size_t n = 0; n < wanted->count && good; n++) {
        bool found = strpbrk(wanted->items[n], "*?[") != NULL;
        for (size_t s = 0; s < owners->all->count; s++) {
            size_t i;
            json_t *preset;
            json_array_foreach(presets_of(owners->all->list[s].json), i, preset) {
                struct names one = {&wanted->items[n], 1};
                found |= preset_wanted(&one, owners->all->list[s].name, preset);
                names_add(&known, text_member(preset, "name"));
            }
        }
        if (!found)
            suggest_unknown(slice->error, slice->error_bytes, "preset", wanted->items[n], &known);
        good = found;
    }
    names_free(&known);
    return good;
}

bool slice_presets(struct slice *slice) {
    const struct selection *s = slice->s;
    struct names wanted = slice_list(slice->json, "presets", "");
    struct names with = slice_list(slice->json, "with", "");
    bool good =
        presets_known(slice, &wanted, &s->workloads) && presets_known(slice, &with, &s->strategies);
    for (size_t w = 0; w < s->workloads.count && good; w++)
        for (size_t b = 0; b < s->backings.count; b++)
            for (size_t n = 0; n < slice_inputs(slice, &s->workloads.list[w]); n++) {
                struct point where = {.of[POINT_WORKLOAD] = &s->workloads.list[w],
                                      .backing = s->backings.items[b],
                                      .input = slice_input(slice, &s->workloads.list[w], n)};
                preset_place(slice, &where, &wanted);
            }
    names_free(&wanted);
    names_free(&with);
    return good;
}

// --------------------------------------------------------------------------------------------- set
bool point_set(struct point *p, const char *assignment, char *error, size_t error_bytes) {
    char *typed = cell_typed(assignment);
    struct typed t = typed_read(typed);
    bool good = false;
    *error = 0;
    for (int part = POINT_PARTS; part-- > 0 && !good && !*error;) {
        const struct chosen *owner = p->of[part];
        const struct setting *s = typed_setting(&t, owner);
        if (!s || (part == POINT_WORKLOAD && !t.owner))
            continue;
        if (owner->values.fixed[s - owner->values.table])
            snprintf(error, error_bytes, "%s is fixed by --set, --param or --preset", s->name);
        else
            good = values_assign(&p->values[part], t.assignment, error, error_bytes);
    }
    typed_free(&t);
    free(typed);
    return good;
}

static void set_visit(struct slice *slice, struct point *p, void *context) {
    const struct names *assignments = context;
    bool good = !p->of[POINT_WORKLOAD]->preset;
    char error[256];
    for (size_t i = 0; i < assignments->count && good; i++)
        good = point_set(p, assignments->items[i], error, sizeof error);
    if (good)
        point_add(slice, p);
}

// The names of a list in the form of a key; '*' is all. Those that are not installed are left out.
static bool set_backings(struct slice *slice, struct names *list) {
    const struct catalog *c = slice->s->catalog;
    struct names found = {0};
    bool good = true;
    for (size_t i = 0; i < list->count && good; i++) {
        const char *name = list->items[i];
        if (!strcmp(name, "*"))
            for (size_t n = 0; n < c->backings.count; n++)
                names_add(&found, c->backings.items[n]);
        else if (!backing_named(name) || catalog_has_backing(c, name)) {
            char *key = catalog_backing(c, name, slice->error, slice->error_bytes);
            good = key != NULL;
            if (good)
                names_add(&found, key);
            free(key);
        }
    }
    names_free(list);
    *list = found;
    return good;
}

// The assignments of "A=1;B=2", added to a list; false with a line in error when one is none.
static bool set_read(const struct slice *slice, const char *text, struct names *assignments) {
    size_t i = assignments->count;
    names_split(assignments, text, ';');
    for (; i < assignments->count; i++)
        if (!strchr(assignments->items[i], '=')) {
            snprintf(slice->error, slice->error_bytes, "set '%s': accepted: NAME=VALUE",
                     assignments->items[i]);
            return false;
        }
    return true;
}

bool slice_set(struct slice *slice) {
    const struct selection *s = slice->s;
    struct names assignments = {0}, backings = slice_list(slice->json, "backings", "");
    struct names texts = slice_list(slice->json, "set", "");
    bool own = json_object_get(slice->json, "backings"), good = true;
    for (size_t i = 0; i < texts.count && good; i++)
        good = set_read(slice, texts.items[i], &assignments);
    if (good && own)
        good = set_backings(slice, &backings);
    if (good && !(own && s->backings_named))
        slice_each(slice, own ? &backings : &s->backings, set_visit, &assignments);
    names_free(&assignments);
    names_free(&backings);
    names_free(&texts);
    return good;
}

bool slice_policies(struct slice *slice) {
    struct names texts = slice_list(slice->json, "policies", "");
    bool good = true;
    for (size_t i = 0; i < texts.count && good; i++) {
        struct names assignments = {0};
        good = set_read(slice, texts.items[i], &assignments);
        if (good)
            slice_each(slice, &slice->s->backings, set_visit, &assignments);
        names_free(&assignments);
    }
    names_free(&texts);
    return good;
}

// ------------------------------------------------------------------------------------------- cells
static bool cells_selected(const struct slice *slice, const struct cell *cell) {
    const struct options *o = slice->s->options;
    return (!o->strategies.count || names_has(&o->strategies, cell->strategy)) &&
           (!o->workloads.count || names_has(&o->workloads, cell->workload)) &&
           (!o->backings.count || names_has(&slice->s->backings, cell->backing));
}

// Who names inputs wants no others, unless a cell must be there.
static bool cells_input_selected(const struct slice *slice, const struct cell *cell) {
    const struct names *inputs = &slice->s->inputs;
    return !cell->input || !inputs->count || names_has(inputs, cell->input);
}

static bool cells_add(struct slice *slice, const char *key, bool optional) {
    char error[768];
    bool missing;
    struct cell *cell = catalog_cell(slice->s->catalog, key, &missing, error, sizeof error);
    bool good = cell || (missing && optional);
    if (!good)
        snprintf(slice->error, slice->error_bytes, "%s: %s", key, error);
    else if (cell && cells_selected(slice, cell) &&
             (!optional || cells_input_selected(slice, cell)))
        plan_take(slice, cell);
    else
        cell_free(cell);
    return good;
}

// ------------------------------------------------------------------------------------------ claims
// Whether the workload of a key is here; one that is no key is for cells_add to refuse.
static bool claims_runs(const struct slice *slice, const char *key) {
    char error[768];
    struct cell *cell = cell_read(key, error, sizeof error);
    bool runs = !cell || catalog_workload(slice->s->catalog, cell->workload);
    cell_free(cell);
    return runs;
}

// The cells that claims name by keys, as far as they are here.
static bool claims_cells(struct slice *slice, const char *name) {
    json_t *claims = claims_load(name, NULL, slice->error, slice->error_bytes);
    struct names keys = {0};
    bool good = claims != NULL;
    claims_keys(claims, false, &keys);
    claims_keys(claims, true, &keys);
    for (size_t i = 0; i < keys.count && good; i++)
        good = !claims_runs(slice, keys.items[i]) || cells_add(slice, keys.items[i], true);
    names_free(&keys);
    json_decref(claims);
    return good;
}

// A key (one with a '?' before it may be of a strategy that is not built here), or what names keys.
static bool cells_item(struct slice *slice, const char *item) {
    bool optional = *item == '?';
    return !strncmp(item, "incident:", 9) ? slice_incident(slice, item + 9)
           : !strncmp(item, "claims:", 7) ? claims_cells(slice, item + 7)
                                          : cells_add(slice, item + optional, optional);
}

bool slice_cells(struct slice *slice) {
    struct names items = slice_list(slice->json, "cells", "");
    bool good = true;
    for (size_t i = 0; i < items.count && good; i++)
        good = cells_item(slice, items.items[i]);
    names_free(&items);
    return good;
}
