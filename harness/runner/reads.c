// reads.c - what a workload reads: a text's tokens, a trace, or a scenario.

#include "reads.h"

#include "copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READS_MESSAGE_BYTES = 2048 }; // a verdict goes through a pipe whole

// A trace is checked on a copy of the process: that takes memory for every object of the program,
// and what malloc keeps of it would later serve the heap without being seen.
struct reads_verdict {
    bool good;
    char error[READS_MESSAGE_BYTES];
};

static bool reads_check(const void *trace, void *answer) {
    struct reads_verdict *verdict = answer;
    memset(verdict, 0, sizeof *verdict);
    verdict->good = trace_check(trace, verdict->error, sizeof verdict->error);
    return true;
}

static struct trace *reads_trace(const char *name, char *error, size_t error_bytes) {
    struct reads_verdict verdict = {.good = false};
    struct copy copy;
    char *path = trace_find(name, error, error_bytes);
    struct trace *t = path ? trace_read(path, error, error_bytes) : NULL;
    free(path);
    if (!t)
        return NULL;
    if (!copy_start(&copy, reads_check, t, sizeof verdict) ||
        !copy_wait(&copy, &verdict, sizeof verdict))
        (void)snprintf(verdict.error, sizeof verdict.error, "trace %s: no memory to check it",
                       name);
    if (verdict.good)
        return t;
    (void)snprintf(error, error_bytes, "%s", verdict.error);
    trace_free(t);
    return NULL;
}

static struct scenario *reads_scenario(const char *name, char *error, size_t error_bytes) {
    char *path = scenario_find(name, error, error_bytes);
    struct scenario *s = path ? scenario_read(path, error, error_bytes) : NULL;
    free(path);
    return s;
}

static struct input *reads_text(const char *path, char *error, size_t error_bytes) {
    const char *other = trace_is(path) ? "a trace" : scenario_is(path) ? "a scenario" : NULL;
    if (!other)
        return input_read(path, error, error_bytes);
    (void)snprintf(error, error_bytes,
                   "input %s is %s: accepted: text in UTF-8, JSON, a folder of text", path, other);
    return NULL;
}

bool reads_load(struct invocation_plan *plan, const char *path, char *error, size_t error_bytes) {
    switch (plan->workload->reads) {
    case WORKLOAD_READS_TEXT:
        plan->input_path = path ? path : INPUT_DEFAULT_PATH;
        plan->input = reads_text(plan->input_path, error, error_bytes);
        return plan->input;
    case WORKLOAD_READS_TRACE:
        plan->input_path = path ? path : TRACE_DEFAULT;
        plan->trace = reads_trace(plan->input_path, error, error_bytes);
        return plan->trace;
    case WORKLOAD_READS_SCENARIO:
        plan->input_path = path ? path : SCENARIO_DEFAULT;
        plan->scenario = reads_scenario(plan->input_path, error, error_bytes);
        return plan->scenario;
    case WORKLOAD_READS_NOTHING:
        break;
    }
    return true;
}

void reads_free(struct invocation_plan *plan) {
    input_free(plan->input);
    trace_free(plan->trace);
    scenario_free(plan->scenario);
    plan->input = NULL;
    plan->trace = NULL;
    plan->scenario = NULL;
}

uint64_t reads_steps(const struct invocation_plan *plan) {
    const struct workload *w = plan->workload;
    struct mutator m = {.params = plan->params, .trace = plan->trace, .scenario = plan->scenario};
    struct workload_phase phase;
    uint64_t steps = 0;
    for (size_t i = 0; w->phase_of && w->phase_of(&m, i, &phase); i++)
        steps += phase.steps;
    return w->phase_of ? steps : w->steps;
}
