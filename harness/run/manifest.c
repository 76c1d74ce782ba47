// manifest.c - see manifest.h.

#include "manifest.h"

#include "base/environment.h"
#include "base/must.h"

#include <string.h>

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

// Descriptions of what the plan uses, by name.
static json_t *manifest_strategies(const struct catalog *c, const struct plan *plan) {
    json_t *object = must(json_object());
    for (size_t i = 0; i < plan->count; i++) {
        const struct catalog_strategy *s = catalog_strategy(c, plan->cells[i]->strategy);
        json_object_set(object, s->name, s->json);
    }
    return object;
}

static json_t *manifest_workloads(const struct catalog *c, const struct plan *plan) {
    json_t *object = must(json_object());
    for (size_t i = 0; i < plan->count; i++) {
        const struct catalog_workload *w = catalog_workload(c, plan->cells[i]->workload);
        json_object_set(object, w->name, w->json);
    }
    return object;
}

// Not in the schema's first list, but needed to go on with a run.
static void manifest_resume(json_t *m, const struct options *o, const struct plan *plan) {
    json_object_set(m, "presets", plan->presets);
    json_object_set_new(m, "blocks_planned", json_integer((json_int_t)o->blocks));
    json_object_set_new(m, "base_cells", json_integer((json_int_t)plan->base_count));
    json_object_set_new(m, "heap_limit_bytes", json_integer((json_int_t)o->heap_limit_bytes));
    json_object_set_new(m, "timeout_s", json_real(o->timeout_s));
    json_object_set_new(m, "budget_s", json_real(o->budget_s));
    if (o->steps)
        json_object_set_new(m, "steps", json_integer((json_int_t)o->steps));
    if (o->input)
        json_object_set_new(m, "input", json_string(o->input));
}

json_t *manifest_new(const struct options *o, const struct catalog *c, const struct plan *plan,
                     int argc, char **argv) {
    json_t *environment = must(environment_read());
    json_t *m = must(json_pack(
        "{s:i,s:o,s:s,s:O,s:I,s:I,s:f,s:o,s:o,s:o,s:o,s:O}", "schema", 1, "command",
        manifest_command(argc, argv), "mode", o->full ? "full" : "quick", "started",
        json_object_get(environment, "started"), "seed", (json_int_t)o->seed, "blocks",
        (json_int_t)o->blocks, "steps_factor", o->steps_factor, "environment", environment,
        "strategies", manifest_strategies(c, plan), "workloads", manifest_workloads(c, plan),
        "cells", plan_cells_json(plan), "sweeps", plan->sweeps));
    manifest_resume(m, o, plan);
    if (c->counters)
        json_object_set(m, "counters", c->counters);
    if (c->pauses)
        json_object_set(m, "pauses", c->pauses);
    if (c->build)
        json_object_set(m, "build", c->build);
    return m;
}

bool manifest_options(const json_t *manifest, struct options *o, char *error, size_t error_bytes) {
    json_int_t seed, blocks, steps = 0, limit = 0;
    const char *input = NULL, *mode = "quick";
    if (json_unpack((json_t *)(uintptr_t)manifest, "{s:s,s:I,s:I,s:F,s?I,s?I,s:F,s?F,s?s}", "mode",
                    &mode, "seed", &seed, "blocks", &blocks, "steps_factor", &o->steps_factor,
                    "steps", &steps, "heap_limit_bytes", &limit, "timeout_s", &o->timeout_s,
                    "budget_s", &o->budget_s, "input", &input) ||
        blocks < 1 || seed < 0 || steps < 0 || limit < 0) {
        snprintf(error, error_bytes, "%s/run.json is damaged: it lacks the options of the run",
                 o->resume);
        return false;
    }
    o->full = !strcmp(mode, "full");
    o->seed = (uint64_t)seed;
    o->blocks = (uint64_t)blocks;
    o->steps = (uint64_t)steps;
    o->heap_limit_bytes = (uint64_t)limit;
    if (input) {
        free(o->input);
        o->input = must(strdup(input));
    }
    return true;
}

bool manifest_runnable(const struct plan *plan, const struct catalog *c, char *error,
                       size_t error_bytes) {
    for (size_t i = 0; i < plan->count; i++) {
        const struct cell *cell = plan->cells[i];
        const struct catalog_strategy *s = catalog_strategy(c, cell->strategy);
        if (s && names_has(&s->workloads, cell->workload) && names_has(&c->backings, cell->backing))
            continue;
        snprintf(error, error_bytes, "%s is in the plan and cannot be run any more: %s", cell->key,
                 !s                                       ? "build its bench program again"
                 : names_has(&c->backings, cell->backing) ? "its workload is gone"
                                                          : "its backing allocator is gone");
        return false;
    }
    return true;
}

void manifest_set_blocks(json_t *manifest, uint64_t blocks) {
    json_object_set_new(manifest, "blocks", json_integer((json_int_t)blocks));
}
