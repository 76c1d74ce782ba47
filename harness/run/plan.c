// plan.c - see plan.h.

#include "plan.h"

#include "base/must.h"
#include "base/random.h"
#include "plan_point.h"

#include <string.h>

static struct plan *plan_empty(void) {
    struct plan *plan = must(calloc(1, sizeof *plan));
    plan->sweeps = must(json_array());
    plan->presets = must(json_array());
    plan->index = must(json_object());
    return plan;
}

void plan_free(struct plan *plan) {
    if (!plan)
        return;
    for (size_t i = 0; i < plan->count; i++)
        cell_free(plan->cells[i]);
    free(plan->cells);
    json_decref(plan->sweeps);
    json_decref(plan->presets);
    json_decref(plan->index);
    free(plan);
}

// -------------------------------------------------------------------------------------------- base
static void plan_base(struct plan *plan, const struct selection *s) {
    for (size_t w = 0; w < s->workload_count; w++)
        for (size_t i = 0; i < s->strategy_count; i++)
            for (size_t b = 0; b < s->backings.count; b++) {
                if (!plan_runs(s, s->workloads[w], s->strategies[i]))
                    continue;
                struct plan_point p =
                    plan_point(s, s->workloads[w], s->strategies[i], s->backings.items[b]);
                plan_add(plan, &p);
                plan_point_free(&p);
            }
    plan->base_count = plan->count;
}

// ------------------------------------------------------------------------------------------ sweeps
// All points of an axis at one place of the matrix; the entry's overrides are those besides
// the axis.
static void plan_sweep(struct plan *plan, const struct select_axis *axis, struct plan_point *p) {
    struct values *v = axis->is_param ? &p->params : &p->tunables;
    const struct setting *setting = &v->table[axis->setting];
    json_t *points = must(json_array());
    for (size_t i = 0; i < axis->count; i++) {
        v->value[axis->setting] = axis->values[i];
        const struct cell *cell = plan_add(plan, p);
        char *label = values_print(setting, axis->values[i]);
        json_array_append_new(points, json_pack("[f,s,s]", axis->values[i], label, cell->key));
        free(label);
    }
    v->value[axis->setting] = setting->fallback;
    char *params = values_text(&p->params), *tunables = values_text(&p->tunables);
    json_array_append_new(
        plan->sweeps, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "workload", p->workload->name,
                                "params", params, "strategy", p->strategy->name, "tunables",
                                tunables, "backing", p->backing, "axis", setting->name, "kind",
                                axis->is_param ? "param" : "tunable", "points", points));
    free(params);
    free(tunables);
}

// Whether tunables are swept on this workload.
static bool plan_sweeps_on(const struct selection *s, size_t workload, bool full) {
    bool marked = false;
    if (s->presets[workload] && !s->axes_named)
        return false;
    if (s->workloads_named && (full || s->axes_named))
        return true;
    if (s->catalog->workloads[workload].sweeps_quick)
        return true;
    for (size_t w = 0; w < s->workload_count; w++)
        marked |= s->catalog->workloads[s->workloads[w]].sweeps_quick;
    return s->axes_named && !marked;
}

static void plan_axis(struct plan *plan, const struct selection *s, const struct select_axis *axis,
                      bool full) {
    for (size_t w = 0; w < s->workload_count; w++)
        for (size_t i = 0; i < s->strategy_count; i++) {
            size_t workload = s->workloads[w], strategy = s->strategies[i];
            if (!plan_runs(s, workload, strategy) ||
                axis->owner != (axis->is_param ? workload : strategy) ||
                (axis->is_param && s->presets[workload] && !s->axes_named) ||
                (!axis->is_param && !plan_sweeps_on(s, workload, full)))
                continue;
            for (size_t b = 0; b < s->backings.count; b++) {
                struct plan_point p = plan_point(s, workload, strategy, s->backings.items[b]);
                plan_sweep(plan, axis, &p);
                plan_point_free(&p);
            }
        }
}

// ------------------------------------------------------------------------------ backing allocators
// The value of a choice, or -1.
static int plan_choice(const struct setting *setting, const char *name) {
    for (int i = 0; setting->choices && setting->choices[i]; i++)
        if (!strcmp(setting->choices[i], name))
            return i;
    return -1;
}

// Where a strategy can allocate object by object from malloc (HEAP_TUNABLE_MEMORY of
// allocators/heap.h), malloc itself is what a backing allocator changes, so these rows show the
// allocators; pools would hide them. The quick matrix has them for the strategies that say so, and
// for those that were asked for.
static void plan_backings(struct plan *plan, const struct selection *s, size_t workload,
                          size_t strategy, bool full) {
    const struct values *v = &s->tunables[strategy];
    const struct setting *memory = setting_find(v->table, v->count, "memory");
    int malloc_choice = memory ? plan_choice(memory, "malloc") : -1;
    if (malloc_choice < 0 || v->fixed[memory - v->table] ||
        !(full || memory->quick_sweep || s->strategies_named))
        return;
    for (size_t b = 0; b < s->catalog->backings.count; b++) {
        struct plan_point p = plan_point(s, workload, strategy, s->catalog->backings.items[b]);
        p.tunables.value[memory - v->table] = malloc_choice;
        plan_add(plan, &p);
        plan_point_free(&p);
    }
}

struct plan *plan_new(const struct selection *s, bool full) {
    struct plan *plan = plan_empty();
    plan_base(plan, s);
    for (size_t i = 0; i < s->axis_count; i++)
        plan_axis(plan, s, &s->axes[i], full);
    plan_presets(plan, s, full);
    if (s->backings_named || s->axes_named)
        return plan;
    for (size_t w = 0; w < s->workload_count; w++)
        for (size_t i = 0; i < s->strategy_count; i++)
            if (plan_runs(s, s->workloads[w], s->strategies[i]) &&
                plan_sweeps_on(s, s->workloads[w], full))
                plan_backings(plan, s, s->workloads[w], s->strategies[i], full);
    return plan;
}

// ---------------------------------------------------------------------------------------- manifest
json_t *plan_cells_json(const struct plan *plan) {
    json_t *array = must(json_array());
    for (size_t i = 0; i < plan->count; i++)
        json_array_append_new(array, cell_json(plan->cells[i]));
    return array;
}

struct plan *plan_from_json(const json_t *manifest) {
    struct plan *plan = plan_empty();
    json_t *cells = json_object_get(manifest, "cells"), *json;
    size_t i;
    json_array_foreach(cells, i, json) {
        const char *w, *p, *s, *t, *b, *key;
        if (json_unpack(json, "{s:s,s:s,s:s,s:s,s:s,s:s}", "key", &key, "workload", &w, "params",
                        &p, "strategy", &s, "tunables", &t, "backing", &b))
            break;
        if (strcmp(plan_take(plan, cell_new(w, p, s, t, b))->key, key))
            break;
    }
    if (!plan->count || plan->count != json_array_size(cells)) {
        plan_free(plan);
        return NULL;
    }
    plan->base_count = (size_t)json_integer_value(json_object_get(manifest, "base_cells"));
    json_array_extend(plan->sweeps, json_object_get(manifest, "sweeps"));
    json_array_extend(plan->presets, json_object_get(manifest, "presets"));
    return plan;
}

// ------------------------------------------------------------------------------------------ audits
// Whether a list of tuples has the key in this place.
static bool plan_lists(const json_t *tuples, size_t place, const char *key) {
    size_t i;
    json_t *tuple;
    json_array_foreach(tuples, i, tuple) {
        const char *named = json_string_value(json_array_get(tuple, place));
        if (named && !strcmp(named, key))
            return true;
    }
    return false;
}

bool plan_audits(const struct plan *plan, size_t position) {
    const char *key = plan->cells[position]->key;
    bool audits = position < plan->base_count;
    size_t i;
    json_t *entry;
    json_array_foreach(plan->presets, i, entry) audits =
        audits || plan_lists(json_object_get(entry, "cells"), 1, key);
    json_array_foreach(plan->sweeps, i, entry) {
        const char *kind = json_string_value(json_object_get(entry, "kind"));
        audits = audits || (kind && !strcmp(kind, "tunable") &&
                            plan_lists(json_object_get(entry, "points"), 2, key));
    }
    return audits;
}

// ------------------------------------------------------------------------------------------- order
static void plan_swap(size_t *order, size_t i, size_t j) {
    size_t other = order[j];
    order[j] = order[i];
    order[i] = other;
}

void plan_order(const struct plan *plan, uint64_t seed, uint64_t block, size_t *order) {
    uint64_t state = seed;
    state = random_next(&state) ^ block; // so that block 1 of seed 1 is not block 0 of seed 2
    for (size_t i = 0; i < plan->count; i++)
        order[i] = i;
    for (size_t i = plan->count; i > 1; i--) {
        size_t j = random_next(&state) % i; // a bias of i / 2^64
        plan_swap(order, j, i - 1);
    }
    for (size_t i = 0; block == 0 && i < plan->count; i++)
        if (order[i] < plan->base_count) {
            plan_swap(order, 0, i);
            return;
        }
}
