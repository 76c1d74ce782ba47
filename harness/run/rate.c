// rate.c - see rate.h.

#include "rate.h"

#include "base/must.h"
#include "base/text.h"
#include "model/outcome.h"

#include <math.h>

// The jobs of block 0 by their cells.
static json_t *rate_first_jobs(const json_t *jobs) {
    json_t *first = must(json_object()), *job;
    size_t i;
    json_array_foreach(jobs, i, job) {
        if (json_integer_value(json_object_get(job, "block")) == 0)
            json_object_set(first, text_member(job, "cell"), job);
    }
    return first;
}

static bool rate_is_closed(const json_t *job) {
    return !json_object_get(json_object_get(job, "configuration"), "load");
}

// Of the closed loop, where a record tells it; NAN elsewhere. *used: it was a load's already.
static double rate_of(const json_t *record, const json_t *job, bool *used) {
    double before = text_member_number(record, "closed_loop_steps_per_second");
    *used = !isnan(before);
    if (*used)
        return before;
    bool counts = rate_is_closed(job) && outcome_of(record) == OUTCOME_OK &&
                  json_integer_value(json_object_get(record, "block")) == 0;
    return counts
               ? text_member_number(record, "steps") * 1e9 / text_member_number(record, "wall_ns")
               : NAN;
}

double rate_closed(const json_t *jobs, const json_t *records, const struct job *job) {
    json_t *first = rate_first_jobs(jobs), *record;
    const json_t *program = json_object_get(json_object_get(first, job->cell), "program");
    double fastest = NAN;
    bool used = false;
    size_t i;
    json_array_foreach(records, i, record) {
        const json_t *of = json_object_get(first, text_member(record, "cell"));
        if (!of || !json_equal(json_object_get(of, "program"), program))
            continue;
        double rate = rate_of(record, of, &used);
        fastest = used || !(rate <= fastest || isnan(rate)) ? rate : fastest;
        if (used)
            break;
    }
    json_decref(first);
    return fastest;
}

// Whether one of the jobs is a closed loop of the program.
static bool rate_can(const json_t *first, const json_t *program) {
    const char *cell;
    json_t *job;
    json_object_foreach((json_t *)(uintptr_t)first, cell, job) {
        if (rate_is_closed(job) && json_equal(json_object_get(job, "program"), program))
            return true;
    }
    return false;
}

const char *rate_lacks(const json_t *jobs) {
    json_t *first = rate_first_jobs(jobs), *job;
    const char *cell, *lacks = NULL;
    json_object_foreach(first, cell, job) {
        if (!lacks && !rate_is_closed(job) && !rate_can(first, json_object_get(job, "program")))
            lacks = text_member(job, "cell");
    }
    json_decref(first);
    return lacks;
}
