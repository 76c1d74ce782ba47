// manifest.c - the head of a run, written once.

#include "manifest.h"

#include "base/environment.h"
#include "base/must.h"
#include "base/text.h"

#include <stdlib.h>

static json_t *manifest_command(int argc, char **argv) {
    struct names words = {0};
    names_add(&words, "heapbench");
    for (int i = 0; i < argc; i++)
        names_add(&words, argv[i]);
    char *text = names_join(&words, " ");
    json_t *json = json_string(text);
    free(text);
    names_free(&words);
    return must(json ? json : json_string("heapbench run"));
}

// Descriptions of the strategies or workloads that the plan uses, by name.
static json_t *manifest_subjects(const struct catalog *c, const struct plan *plan, bool workloads) {
    json_t *object = must(json_object());
    for (size_t i = 0; i < plan->count; i++) {
        const struct subject *s = workloads ? catalog_workload(c, plan->cells[i]->workload)
                                            : catalog_strategy(c, plan->cells[i]->strategy);
        json_object_set(object, s->name, s->json);
    }
    return object;
}

static json_t *manifest_cells(const struct selection *s, const struct plan *plan) {
    json_t *array = must(json_array());
    for (size_t i = 0; i < plan->count; i++) {
        json_t *cell = cell_json(plan->cells[i]);
        if (json_object_get(cell, "room"))
            json_object_set_new(cell, "heap_limit_bytes",
                                json_integer((json_int_t)plan_heap_limit(plan, s, i)));
        json_array_append_new(array, cell);
    }
    return array;
}

// What stands in the plan too, where its readers look for it.
static void manifest_options(json_t *m, const struct options *o, const struct plan *plan) {
    char *inputs = names_join(&o->inputs, ",");
    json_object_set(m, "presets", plan->presets);
    json_object_set(m, "variants", plan->variants);
    json_object_set(m, "grids", plan->grids);
    if (plan->minheaps)
        json_object_set(m, "minheaps", plan->minheaps);
    if (json_array_size(plan->incidents))
        json_object_set(m, "incidents", plan->incidents);
    json_object_set_new(m, "seeds", json_integer((json_int_t)o->seeds));
    json_object_set_new(m, "blocks_planned", json_integer((json_int_t)o->blocks));
    json_object_set_new(m, "base_cells", json_integer((json_int_t)plan->base_count));
    json_object_set_new(m, "heap_limit_bytes", json_integer((json_int_t)o->heap_limit_bytes));
    json_object_set_new(m, "timeout_s", json_real(o->timeout_s));
    json_object_set_new(m, "budget_s", json_real(o->budget_s));
    if (o->steps)
        json_object_set_new(m, "steps", json_integer((json_int_t)o->steps));
    if (o->execs.count) { // a run that is resumed makes them anew
        char *execs = names_join(&o->execs, ",");
        json_object_set_new(m, "exec", json_string(execs));
        free(execs);
    }
    if (*inputs)
        json_object_set_new(m, "input", json_string(inputs));
    free(inputs);
}

json_t *manifest_new(const struct selection *s, const struct plan *plan, json_t *json, int argc,
                     char **argv) {
    const struct options *o = s->options;
    const struct catalog *c = s->catalog;
    json_t *environment = must(environment_read());
    options_to_plan(o, json);
    json_t *m = must(
        json_pack("{s:i,s:o,s:s,s:O,s:O,s:I,s:I,s:f,s:o,s:o,s:o,s:o,s:O}", "schema", 1, "command",
                  manifest_command(argc, argv), "mode", text_member(json, "name"), "plan", json,
                  "started", json_object_get(environment, "started"), "seed", (json_int_t)o->seed,
                  "blocks", (json_int_t)o->blocks, "steps_factor", o->steps_factor, "environment",
                  environment, "strategies", manifest_subjects(c, plan, false), "workloads",
                  manifest_subjects(c, plan, true), "cells", manifest_cells(s, plan), "sweeps",
                  plan->sweeps));
    manifest_options(m, o, plan);
    if (c->counters)
        json_object_set(m, "counters", c->counters);
    if (c->pauses)
        json_object_set(m, "pauses", c->pauses);
    if (c->build)
        json_object_set(m, "build", c->build);
    return m;
}

json_t *manifest_base(const json_t *manifest) {
    json_t *base = must(json_object()), *cell;
    json_int_t count = json_integer_value(json_object_get(manifest, "base_cells"));
    size_t i;
    json_array_foreach(json_object_get(manifest, "cells"), i, cell) {
        if ((json_int_t)i < count)
            json_object_set(base, text_member(cell, "key"), cell);
    }
    return base;
}

void manifest_set_blocks(json_t *manifest, uint64_t blocks) {
    json_object_set_new(manifest, "blocks", json_integer((json_int_t)blocks));
}
