// programs.c - every workload, in small; scenarios and traces by chance.

#include "programs.h"

#include "base/must.h"
#include "fuzz/generate.h"
#include "runner/reads.h"
#include "runner/workloads.h"

#include <string.h>

// Large enough that tables grow and thresholds are met, and no larger: what fails at each request
// in turn takes the square of the requests.
enum { PROGRAMS_SMALL = 4, PROGRAMS_SHARE = 100, PROGRAMS_TRIES = 64 };

// A text that is there wherever tests run.
static const char programs_text[] = "LICENSE";

static void programs_end(const char *name, const char *error) {
    fprintf(stderr, "endure: %s: %s\n", name, error);
    exit(2);
}

static void programs_shrink(struct invocation_plan *plan) {
    for (size_t i = 0; i < plan->workload->param_count; i++) {
        const struct setting *s = &plan->workload->params[i];
        double small = s->fallback / PROGRAMS_SHARE;
        small = small > PROGRAMS_SMALL ? small : PROGRAMS_SMALL;
        if (s->whole && !s->choices && s->fallback > small)
            plan->params[i] = small > s->min ? (double)(uint64_t)small : s->min;
    }
}

static void programs_workload(struct program *p, size_t i, bool large) {
    char error[1024];
    const struct workload_entry *entry = workload_first();
    while (i--)
        entry = entry->next;
    const struct workload *w = entry->workload;
    (void)snprintf(p->name, sizeof p->name, "%s", w->name);
    p->plan = must(invocation_plan_new(w));
    if (!large)
        programs_shrink(p->plan);
    const char *path = w->reads == WORKLOAD_READS_TEXT ? programs_text : NULL;
    if (!reads_load(p->plan, path, error, sizeof error))
        programs_end(p->name, error);
    p->plan->steps = large ? reads_steps(p->plan) : PROGRAMS_STEPS;
}

static void programs_scenario(struct program *p, json_t *json, const char *name) {
    char error[1024];
    (void)snprintf(p->name, sizeof p->name, "%s", name);
    p->plan = must(invocation_plan_new(workload_find("scenario")));
    p->plan->scenario = scenario_parse(json, p->name, error, sizeof error);
    if (!p->plan->scenario)
        programs_end(p->name, error);
    p->plan->steps = reads_steps(p->plan);
}

static void programs_by_chance(struct program *p, size_t seed) {
    char name[32];
    json_t *json = chance_scenario(seed);
    (void)snprintf(name, sizeof name, "scenario %zu", seed);
    programs_scenario(p, json, name);
    json_decref(json);
}

struct program *program_of_scenario(json_t *json, const char *name) {
    struct program *p = must(calloc(1, sizeof *p));
    programs_scenario(p, json, name);
    return p;
}

static void programs_trace(struct program *p, size_t seed) {
    char error[1024];
    size_t bytes;
    (void)snprintf(p->name, sizeof p->name, "trace %zu", seed);
    unsigned char *file = generate_program(seed, PROGRAMS_TRACE_OPERATIONS, &bytes);
    p->trace = trace_parse(file, bytes, p->name, error, sizeof error);
    free(file);
    if (!p->trace || !trace_check(p->trace, error, sizeof error))
        programs_end(p->name, error);
}

static size_t programs_workloads(void) {
    size_t n = 0;
    for (const struct workload_entry *e = workload_first(); e; e = e->next)
        n++;
    return n;
}

size_t program_count(size_t by_chance) {
    return programs_workloads() + 2 * by_chance;
}

struct program *program_new(size_t i, size_t by_chance, bool large) {
    struct program *p = must(calloc(1, sizeof *p));
    size_t workloads = programs_workloads();
    if (i < workloads)
        programs_workload(p, i, large);
    else if (i < workloads + by_chance)
        programs_by_chance(p, i - workloads);
    else
        programs_trace(p, i - workloads - by_chance);
    return p;
}

void program_free(struct program *p) {
    if (!p)
        return;
    if (p->plan)
        reads_free(p->plan);
    invocation_plan_free(p->plan);
    trace_free(p->trace);
    free(p);
}
