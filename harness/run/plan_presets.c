// plan_presets.c - the presets of workloads in the matrix; a part of plan.c.

#include "plan_point.h"

#include "base/must.h"
#include "base/text.h"
#include "model/preset.h"

#include <stdlib.h>
#include <string.h>

static bool any_fixed(const struct values *v) {
    for (size_t i = 0; i < v->count; i++)
        if (v->fixed[i])
            return true;
    return false;
}

// A strategy, with the preset that its settings are, if they are one.
static char *label_of(const struct plan_point *p) {
    const json_t *preset = preset_matching(p->strategy->json, &p->tunables);
    return preset ? text_format("%s[%s]", p->strategy->name, preset_text(preset, "name"))
                  : text_format("%s", p->strategy->name);
}

static bool has_cell(const json_t *cells, const char *key) {
    size_t i;
    json_t *cell;
    json_array_foreach(cells, i, cell) {
        if (!strcmp(json_string_value(json_array_get(cell, 1)), key))
            return true;
    }
    return false;
}

static void add_cell(struct plan *plan, const struct plan_point *p, json_t *cells) {
    const struct cell *cell = plan_add(plan, p);
    char *label = label_of(p);
    if (!has_cell(cells, cell->key)) // a preset that is what the strategy does anyway
        json_array_append_new(cells, json_pack("[s,s]", label, cell->key));
    free(label);
}

// The strategy as the flags have it; unless they touch its tunables, by its own presets as well.
static void add_strategy(struct plan *plan, const struct selection *s, struct plan_point *p,
                         bool full, json_t *cells) {
    char error[256];
    size_t i;
    json_t *preset;
    add_cell(plan, p, cells);
    if (any_fixed(&p->tunables) || s->axes_named)
        return;
    json_array_foreach(presets_of(p->strategy->json), i, preset) {
        if (!full && !preset_is_quick(preset))
            continue;
        struct values usual = p->tunables;
        p->tunables = values_copy(&usual);
        if (preset_apply(preset, &p->tunables, error, sizeof error))
            add_cell(plan, p, cells);
        values_free(&p->tunables);
        p->tunables = usual;
    }
}

// All strategies that run the workload with this preset; params as the flags have them when it is
// theirs.
static void add_preset(struct plan *plan, const struct selection *s, size_t workload,
                       const json_t *preset, const char *backing, bool full) {
    char error[256], *params = NULL;
    json_t *cells = must(json_array());
    for (size_t i = 0; i < s->strategy_count; i++) {
        const struct catalog_strategy *strategy = &s->catalog->strategies[s->strategies[i]];
        if (!plan_runs(s, workload, s->strategies[i]) || !preset_suits(preset, strategy))
            continue;
        struct plan_point p = plan_point(s, workload, s->strategies[i], backing);
        if (preset == s->presets[workload] || preset_apply(preset, &p.params, error, sizeof error))
            add_strategy(plan, s, &p, full, cells);
        free(params);
        params = values_text(&p.params);
        plan_point_free(&p);
    }
    if (params)
        json_array_append_new(plan->presets, json_pack("{s:s,s:s,s:s,s:s,s:s,s:O}", "workload",
                                                       s->catalog->workloads[workload].name, "name",
                                                       preset_text(preset, "name"), "doc",
                                                       preset_text(preset, "doc"), "params", params,
                                                       "backing", backing, "cells", cells));
    json_decref(cells);
    free(params);
}

static void add_declared(struct plan *plan, const struct selection *s, size_t workload,
                         const char *backing, bool full) {
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(s->catalog->workloads[workload].json), i, preset) {
        if (full || preset_is_quick(preset))
            add_preset(plan, s, workload, preset, backing, full);
    }
}

void plan_presets(struct plan *plan, const struct selection *s, bool full) {
    for (size_t w = 0; w < s->workload_count; w++)
        for (size_t b = 0; b < s->backings.count; b++) {
            size_t workload = s->workloads[w];
            const char *backing = s->backings.items[b];
            if (s->presets[workload])
                add_preset(plan, s, workload, s->presets[workload], backing, full);
            else if (!any_fixed(&s->params[workload]) && !s->axes_named)
                add_declared(plan, s, workload, backing, full);
        }
}
