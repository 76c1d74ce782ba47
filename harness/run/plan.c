// plan.c - adds cells slice by slice, orders blocks, and makes jobs of the cells.

#include "base/must.h"
#include "base/random.h"
#include "base/text.h"
#include "slice.h"

#include <math.h>
#include <string.h>

void plan_free(struct plan *plan) {
    if (!plan)
        return;
    for (size_t i = 0; i < plan->count; i++)
        cell_free(plan->cells[i]);
    free(plan->cells);
    free(plan->observe);
    json_decref(plan->sweeps);
    json_decref(plan->presets);
    json_decref(plan->incidents);
    json_decref(plan->variants);
    json_decref(plan->grids);
    json_decref(plan->index);
    free(plan->leaders);
    json_decref(plan->least);
    json_decref(plan->minheaps);
    free(plan);
}

// ------------------------------------------------------------------------------------------ points
struct point point_new(const struct slice *slice, const struct chosen *workload,
                       const struct chosen *strategy, const char *backing, const char *input) {
    struct point p = {
        .of = {strategy, workload, slice->s->around.list}, .backing = backing, .input = input};
    for (int part = 0; part < POINT_PARTS; part++)
        p.values[part] = values_copy(&p.of[part]->values);
    return p;
}

void point_free(struct point *p) {
    for (int part = 0; part < POINT_PARTS; part++)
        values_free(&p->values[part]);
}

const struct cell *plan_take(struct slice *slice, struct cell *cell) {
    struct plan *plan = slice->plan;
    json_t *known = json_object_get(plan->index, cell->key);
    size_t at = known ? (size_t)json_integer_value(known) : plan->count;
    if (known) {
        cell_free(cell);
    } else {
        plan->count++;
        json_object_set_new(plan->index, cell->key, json_integer((json_int_t)at));
        plan->cells = must(realloc(plan->cells, plan->count * sizeof(struct cell *)));
        plan->observe = must(realloc(plan->observe, plan->count * sizeof *plan->observe));
        plan->cells[at] = cell;
        plan->observe[at] = (struct observe){0};
    }
    observe_merge(&plan->observe[at], &slice->observe);
    return plan->cells[at];
}

// The heap limit, the seed or the steps of the plan itself; NAN where that differs from cell to
// cell.
static double plan_around(const struct options *o, int which) {
    return which == CELL_HEAP                ? (double)o->heap_limit_bytes
           : which == CELL_SEED              ? (double)o->seed
           : which == CELL_STEPS && o->steps ? (double)o->steps
                                             : NAN;
}

const struct cell *point_add(struct slice *slice, const struct point *p) {
    char *params = values_text(&p->values[POINT_WORKLOAD]);
    char *tunables = values_text(&p->values[POINT_STRATEGY]);
    struct cell like = {.workload = (char *)(uintptr_t)p->of[POINT_WORKLOAD]->subject->name,
                        .params = params,
                        .strategy = (char *)(uintptr_t)p->of[POINT_STRATEGY]->subject->name,
                        .tunables = tunables,
                        .backing = (char *)(uintptr_t)p->backing,
                        .input = (char *)(uintptr_t)p->input};
    for (int i = 0; i < CELL_AROUND; i++) {
        double value = p->values[POINT_AROUND].value[i];
        like.around[i] = value == plan_around(slice->s->options, i) ? NAN : value;
    }
    const struct cell *cell = plan_take(slice, cell_new(&like));
    free(params);
    free(tunables);
    return cell;
}

bool plan_reads(const struct selection *s, const struct subject *workload, size_t input) {
    return !strcmp(workload->reads, select_kind(s->options->inputs.items[input]));
}

size_t slice_inputs(const struct slice *slice, const struct chosen *workload) {
    size_t count = 0;
    for (size_t i = 0; i < slice->s->inputs.count; i++)
        count += plan_reads(slice->s, workload->subject, i);
    return count ? count : 1;
}

const char *slice_input(const struct slice *slice, const struct chosen *workload, size_t n) {
    if (slice_inputs(slice, workload) < 2)
        return NULL;
    size_t i = 0;
    while (!plan_reads(slice->s, workload->subject, i) || n--)
        i++;
    return slice->s->inputs.items[i];
}

// Whether the point has all that "at" sets.
static bool slice_at(const struct slice *slice, struct point *p) {
    struct names assignments = slice_list(slice->json, "at", "");
    char error[256];
    bool good = true;
    for (size_t i = 0; i < assignments.count && good; i++)
        good = point_set(p, assignments.items[i], error, sizeof error);
    names_free(&assignments);
    return good;
}

void slice_each(struct slice *slice, const struct names *backings,
                void (*visit)(struct slice *slice, struct point *p, void *context), void *context) {
    const struct selection *s = slice->s;
    for (size_t w = 0; w < s->workloads.count; w++)
        for (size_t i = 0; i < s->strategies.count; i++) {
            const struct chosen *workload = &s->workloads.list[w];
            if (!slice_runs(slice, workload, &s->strategies.list[i]))
                continue;
            for (size_t b = 0; b < backings->count; b++)
                for (size_t n = 0; n < slice_inputs(slice, workload); n++) {
                    struct point p = point_new(slice, workload, &s->strategies.list[i],
                                               backings->items[b], slice_input(slice, workload, n));
                    if (slice_at(slice, &p))
                        visit(slice, &p, context);
                    point_free(&p);
                }
        }
}

// ------------------------------------------------------------------------------------------ slices
static void plan_visit_base(struct slice *slice, struct point *p, void *context) {
    (void)context;
    point_add(slice, p);
}

static bool slice_base(struct slice *slice) {
    slice_each(slice, &slice->s->backings, plan_visit_base, NULL);
    return true;
}

static const struct plan_kind {
    const char *name; // of the member that a slice has
    bool (*add)(struct slice *slice);
} plan_kinds[] = {{"base", slice_base},         {"sweep", slice_sweep},
                  {"params", slice_params},     {"grid", slice_grid},
                  {"presets", slice_presets},   {"set", slice_set},
                  {"policies", slice_policies}, {"cells", slice_cells}};
enum { PLAN_KINDS = sizeof plan_kinds / sizeof *plan_kinds };

struct names slice_kinds(void) {
    struct names kinds = {0};
    for (int i = 0; i < PLAN_KINDS; i++)
        names_add(&kinds, plan_kinds[i].name);
    return kinds;
}

static bool plan_run_kind(struct slice *slice) {
    for (int i = 0; i < PLAN_KINDS; i++)
        if (json_object_get(slice->json, plan_kinds[i].name))
            return plan_kinds[i].add(slice);
    return true;
}

// The first slice of a kind; NULL without one.
static const json_t *plan_first(const json_t *plan, const char *kind) {
    size_t i;
    json_t *slice;
    json_array_foreach(json_object_get(plan, "slices"), i, slice) {
        if (json_object_get(slice, kind))
            return slice;
    }
    return NULL;
}

// Workloads of a slice that names none: those of the base for the base, the plan's focus for what
// changes tunables (and for what is typed, which has no slice), else all.
static const char *plan_workloads(const json_t *plan, const json_t *slice) {
    const char *base = json_string_value(json_object_get(slice, "base"));
    const char *focus = json_string_value(json_object_get(plan, "focus"));
    bool tunables = !slice || json_object_get(slice, "sweep") || json_object_get(slice, "set") ||
                    json_object_get(slice, "policies");
    return base ? base : focus && tunables ? focus : "*";
}

static struct observe plan_observe(const json_t *plan, const json_t *slice) {
    struct observe observe = {0};
    const json_t *own = json_object_get(slice, "observe");
    observe_read(own ? own : json_object_get(plan, "observe"), &observe);
    return observe;
}

// Adds the cells of a slice that is written in the plan.
static bool plan_slice(struct plan *plan, const struct selection *s, const json_t *json,
                       size_t number, char *error, size_t error_bytes) {
    char problem[1024] = "";
    const json_t *of = json_array_get(json_object_get(json, "slices"), number);
    struct slice slice = {.plan = plan,
                          .s = s,
                          .json = of,
                          .strategies = slice_list(of, "strategies", "*"),
                          .workloads = slice_list(of, "workloads", plan_workloads(json, of)),
                          .observe = plan_observe(json, of),
                          .error = problem,
                          .error_bytes = sizeof problem};
    bool good = slice_known(&slice, &slice.strategies, &s->strategies) &&
                slice_known(&slice, &slice.workloads, &s->workloads) && plan_run_kind(&slice);
    if (!good)
        snprintf(error, error_bytes, "%s: slice %zu: %s", text_member(json, "file"), number + 1,
                 problem);
    names_free(&slice.strategies);
    names_free(&slice.workloads);
    return good;
}

// The slices of one kind, or with `of` false of all others.
static bool plan_slices(struct plan *plan, const struct selection *s, const json_t *json,
                        const char *kind, bool of, char *error, size_t error_bytes) {
    const json_t *slices = json_object_get(json, "slices");
    for (size_t i = 0; i < json_array_size(slices); i++)
        if ((json_object_get(json_array_get(slices, i), kind) != NULL) == of &&
            !plan_slice(plan, s, json, i, error, error_bytes))
            return false;
    return true;
}

// --variant: on all workloads of the base.
static bool plan_variants(struct slice slice, const json_t *json) {
    const json_t *base = plan_first(json, "base");
    slice.workloads = slice_list(base, "workloads", base ? plan_workloads(json, base) : "*");
    slice.observe = plan_observe(json, base);
    bool good = slice_variants(&slice);
    names_free(&slice.workloads);
    return good;
}

// --sweep, --grid: on the workloads in focus and those that are named; on all when none of these
// is selected.
static bool plan_typed(struct plan *plan, const struct selection *s, const json_t *json,
                       char *error, size_t error_bytes) {
    const json_t *params = plan_first(json, "params");
    struct slice slice = {.plan = plan,
                          .s = s,
                          .strategies = slice_list(NULL, "strategies", "*"),
                          .workloads = slice_list(NULL, "workloads", plan_workloads(json, NULL)),
                          .observe = plan_observe(json, plan_first(json, "sweep")),
                          .error = error,
                          .error_bytes = error_bytes};
    struct observe of_params = params ? plan_observe(json, params) : (struct observe){0};
    bool any = false;
    names_add(&slice.workloads, "named");
    for (size_t i = 0; i < s->workloads.count; i++)
        any |= slice_has(&slice.workloads, &s->workloads.list[i], s->workloads.named);
    if (!any)
        names_add(&slice.workloads, "*");
    bool good = slice_typed(&slice, &of_params) && slice_typed_grid(&slice);
    good = good && plan_variants(slice, json);
    names_free(&slice.strategies);
    names_free(&slice.workloads);
    return good;
}

// Every cell once more for each other build, in the same order after those of the build before.
static void plan_build(struct plan *plan, const struct names *builds) {
    size_t own = plan->count;
    for (size_t i = 0; i < own * builds->count; i++) {
        struct cell like = *plan->cells[i % own];
        struct slice slice = {.plan = plan, .observe = plan->observe[i % own]};
        like.build = builds->items[i / own];
        plan_take(&slice, cell_new(&like));
    }
    plan->own = own;
    plan->builds = 1 + builds->count;
}

static void plan_join(struct plan *plan, const json_t *keys) {
    size_t i, leader = plan->own;
    json_t *key;
    json_array_foreach(keys, i, key) {
        const json_t *at = json_object_get(plan->index, json_string_value(key));
        size_t before = at ? plan->leaders[json_integer_value(at)] : plan->own;
        if (!at)
            continue;
        leader = leader < plan->own ? leader : before;
        for (size_t n = 0; n < plan->own; n++)
            if (plan->leaders[n] == before)
                plan->leaders[n] = leader;
    }
}

// Cells of a list belong together, and so do lists that share one.
static void plan_together(struct plan *plan, const json_t *lists) {
    size_t i;
    json_t *keys;
    plan->leaders = must(calloc(plan->own + 1, sizeof *plan->leaders));
    for (size_t n = 0; n < plan->own; n++)
        plan->leaders[n] = n;
    json_array_foreach(lists, i, keys) plan_join(plan, keys);
}

struct plan *plan_new(const struct selection *s, const json_t *json, char *error,
                      size_t error_bytes) {
    struct plan *plan = must(calloc(1, sizeof *plan));
    plan->sweeps = must(json_array());
    plan->presets = must(json_array());
    plan->incidents = must(json_array());
    plan->variants = must(json_array());
    plan->grids = must(json_array());
    plan->index = must(json_object());
    bool good = plan_slices(plan, s, json, "base", true, error, error_bytes);
    plan->base_count = plan->count;
    const struct options *o = s->options;
    if (good && options_has_axes(o))
        good = plan_typed(plan, s, json, error, error_bytes) &&
               plan_slices(plan, s, json, "presets", true, error, error_bytes);
    else if (good && (!o->alone || o->incidents.count))
        good = plan_slices(plan, s, json, "base", false, error, error_bytes);
    if (!good) {
        plan_free(plan);
        return NULL;
    }
    plan_build(plan, &s->options->builds);
    plan_together(plan, json_object_get(json, "together"));
    return plan;
}

// ------------------------------------------------------------------------------------------- order
static void plan_swap(size_t *order, size_t i, size_t j) {
    size_t other = order[j];
    order[j] = order[i];
    order[i] = other;
}

static void plan_shuffle(size_t *order, size_t count, uint64_t *state) {
    for (size_t i = count; i > 1; i--) {
        size_t j = random_next(state) % i; // a bias of i / 2^64
        plan_swap(order, j, i - 1);
    }
}

// Cell number n of the plan's own build, and next to it the same of all others: what the machine
// does meanwhile is nearly the same for them. Cells that were added after those are alone. Returns
// how many were put down.
static size_t plan_group(const struct plan *plan, size_t n, uint64_t *state, size_t *group) {
    size_t count = n < plan->own ? plan->builds : 1;
    for (size_t build = 0; build < count; build++)
        group[build] = n < plan->own ? n + build * plan->own : n + (plan->builds - 1) * plan->own;
    plan_shuffle(group, count, state);
    return count;
}

// What a load is, closed loops of block 0 tell (rate.h). Both keep the order that they have.
static void plan_loads_last(const struct plan *plan, size_t *own, size_t groups) {
    size_t *loads = must(calloc(groups + 1, sizeof *loads)), count = 0;
    for (size_t i = 0; i < groups; i++)
        if (isnan(plan->cells[own[i]]->around[CELL_LOAD]))
            own[i - count] = own[i];
        else
            loads[count++] = own[i];
    memcpy(own + groups - count, loads, count * sizeof *own);
    free(loads);
}

static bool plan_belongs(const struct plan *plan, size_t a, size_t b) {
    return a < plan->own && b < plan->own && plan->leaders[a] == plan->leaders[b];
}

// What belongs together follows the first of it: a machine is not as fast now as a minute ago, and what is
// set against each other shall not differ by that.
static void plan_gather(const struct plan *plan, size_t *own, size_t groups) {
    for (size_t first = 0, next; first < groups; first = next) {
        next = first + 1;
        for (size_t i = next; i < groups; i++) {
            size_t cell = own[i];
            if (!plan_belongs(plan, own[first], cell))
                continue;
            memmove(own + next + 1, own + next, (i - next) * sizeof *own);
            own[next++] = cell;
        }
    }
}

void plan_order(const struct plan *plan, uint64_t seed, uint64_t block, size_t *order) {
    uint64_t state = seed;
    size_t groups = plan->count - (plan->builds - 1) * plan->own, first = 0, at = 0;
    size_t *own = must(calloc(groups + 1, sizeof *own));
    state = random_next(&state) ^ block; // so that block 1 of seed 1 is not block 0 of seed 2
    for (size_t n = 0; n < groups; n++)
        own[n] = n;
    plan_shuffle(own, groups, &state);
    while (block == 0 && first < groups && own[first] >= plan->base_count)
        first++;
    if (block == 0 && first < groups)
        plan_swap(own, 0, first);
    plan_gather(plan, own, groups);
    if (block == 0)
        plan_loads_last(plan, own, groups);
    for (size_t n = 0; n < groups; n++)
        at += plan_group(plan, own[n], &state, order + at);
    free(own);
}
