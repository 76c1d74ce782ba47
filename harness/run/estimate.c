// estimate.c - keeps seconds per cell of the newest run.

#include "estimate.h"

#include "base/must.h"
#include "store/scan.h"

#include <string.h>

double estimate_audit_of(const json_t *record) {
    return json_number_value(json_object_get(record, "counting_ns")) / 1e9;
}

// Of the cell, in that run.
static double estimate_audit_s(const json_t *estimate, const char *key) {
    return json_number_value(json_array_get(json_object_get(estimate, key), 2));
}

static bool estimate_integer(struct parsed record, const char *name, int64_t *value) {
    return parsed_integer(parsed_member(record, name, strlen(name)), value);
}

static void estimate_take(void *context, const struct scan_record *record) {
    json_t *estimate = context;
    int64_t setup_ns, wall_ns, steps, audit_ns = 0;
    const char *cell = parsed_text(parsed_member(record->json, "cell", strlen("cell")));
    if (!estimate_integer(record->json, "setup_ns", &setup_ns) ||
        !estimate_integer(record->json, "wall_ns", &wall_ns) ||
        !estimate_integer(record->json, "steps", &steps) || steps < 1)
        return;
    // The last block's figures stand for all: an estimate needs no median. One block has audits.
    estimate_integer(record->json, "counting_ns", &audit_ns);
    double audit_s = (double)audit_ns / 1e9;
    if (audit_s <= 0)
        audit_s = estimate_audit_s(estimate, cell);
    json_object_set_new(estimate, cell,
                        json_pack("[f,f,f,I]", (double)setup_ns / 1e9,
                                  (double)wall_ns / 1e9 / (double)steps, audit_s,
                                  (json_int_t)steps));
}

json_t *estimate_load(const char *dir) {
    json_t *estimate = must(json_object());
    char error[512]; // an estimate of what could be read is better than none
    scan_records(dir, &(struct scan){.visit = estimate_take, .context = estimate}, error,
                 sizeof error);
    return estimate;
}

static double estimate_run_s(const json_t *estimate, const char *key, uint64_t steps,
                             double steps_factor, bool *known) {
    double setup_s, step_s, audit_s;
    json_int_t all_steps;
    json_t *entry = json_object_get(estimate, key);
    *known = entry && !json_unpack(entry, "[F,F,F,I]", &setup_s, &step_s, &audit_s, &all_steps);
    return ESTIMATE_OVERHEAD_S +
           (*known ? setup_s + step_s * (double)(steps ? steps : (uint64_t)all_steps)
                   : ESTIMATE_CELL_S * steps_factor);
}

double estimate_job_s(const json_t *estimate, const struct job *job, double steps_factor,
                      bool *known) {
    double run_s = estimate_run_s(estimate, job->cell, job->steps, steps_factor, known);
    return run_s + (job->observe.checkpoints ? estimate_audit_s(estimate, job->cell) : 0);
}
