// record.c - completes the record of a runner, and makes one where none was left.

#include "record.h"

#include "base/environment.h"
#include "base/must.h"
#include "base/text.h"
#include "model/backing.h"
#include "model/values.h"

#include <math.h>
#include <string.h>

// Samples kept in a record: enough for a plot. The average is taken over all of them.
enum { RECORD_SAMPLES = 512 };

static void record_head(json_t *record, const struct job *job) {
    json_object_set_new(record, "cell", json_string(job->cell));
    json_object_set_new(record, "block", json_integer((json_int_t)job->block));
    json_object_set_new(record, "order", json_integer((json_int_t)job->order));
    if (job->build)
        json_object_set_new(record, "build", json_string(job->build));
    if (job->input_name)
        json_object_set_new(record, "input", json_string(job->input_name));
    if (job->load > 0)
        json_object_set_new(record, "load", json_real(job->load));
    if (job->rate > 0)
        json_object_set_new(record, "closed_loop_steps_per_second", json_real(job->rate));
}

// --------------------------------------------------------------------------------- resident memory
// The samples within the steps, in ns since the first of them and bytes above the baseline.
static struct record_samples record_within(const struct record_samples *samples, uint64_t start_ns,
                                           uint64_t end_ns, uint64_t baseline) {
    struct record_samples within = {must(calloc(samples->count + 1, sizeof *within.list)), 0};
    for (size_t i = 0; i < samples->count; i++) {
        struct record_sample s = samples->list[i];
        if (s.at_ns > start_ns && s.at_ns < end_ns)
            within.list[within.count++] = (struct record_sample){
                s.at_ns - start_ns, s.bytes > baseline ? s.bytes - baseline : 0};
    }
    return within;
}

// Trapezoids through the runner's own readings at both ends and the samples between them.
static double record_average(const struct record_samples *s, double start_bytes, double end_bytes,
                             double span_ns) {
    double area = 0, at = 0, bytes = start_bytes;
    for (size_t i = 0; i < s->count; i++) {
        area += ((double)s->list[i].at_ns - at) * (bytes + (double)s->list[i].bytes) / 2;
        at = (double)s->list[i].at_ns;
        bytes = (double)s->list[i].bytes;
    }
    area += (span_ns - at) * (bytes + end_bytes) / 2;
    return span_ns > 0 ? area / span_ns : (start_bytes + end_bytes) / 2;
}

// Halves the number of samples until they are few enough; of two neighbours the larger stays.
static void record_thin(struct record_samples *s) {
    while (s->count > RECORD_SAMPLES) {
        size_t kept = 0;
        for (size_t i = 0; i < s->count; i += 2, kept++) {
            bool second = i + 1 < s->count && s->list[i + 1].bytes > s->list[i].bytes;
            s->list[kept] = s->list[i + second];
        }
        s->count = kept;
    }
}

static void record_memory(json_t *record, const struct record_samples *samples) {
    json_t *rss = json_object_get(record, "rss");
    uint64_t start_ns = (uint64_t)json_integer_value(json_object_get(record, "clock_start_ns"));
    uint64_t end_ns = (uint64_t)json_integer_value(json_object_get(record, "clock_end_ns"));
    if (!rss || !start_ns || end_ns < start_ns)
        return;
    struct record_samples within =
        record_within(samples, start_ns, end_ns,
                      (uint64_t)json_integer_value(json_object_get(rss, "baseline_bytes")));
    double start_bytes = text_member_number(rss, "start_bytes");
    double end_bytes = text_member_number(rss, "end_bytes");
    if (!isnan(start_bytes) && !isnan(end_bytes)) {
        double average =
            record_average(&within, start_bytes, end_bytes, (double)(end_ns - start_ns));
        json_object_set_new(rss, "average_bytes", json_integer((json_int_t)average));
    }
    json_t *array = must(json_array());
    record_thin(&within);
    for (size_t i = 0; i < within.count; i++)
        json_array_append_new(array, json_pack("[I,I]", (json_int_t)within.list[i].at_ns,
                                               (json_int_t)within.list[i].bytes));
    json_object_set_new(rss, "samples", array);
    free(within.list);
}

const char *record_complete(json_t *record, const struct job *job,
                            const struct record_samples *samples, unsigned padding_bytes) {
    const char *workload, *strategy, *backing, *outcome;
    json_int_t schema;
    if (json_unpack(record, "{s:I,s:s,s:s,s:s,s:s}", "schema", &schema, "workload", &workload,
                    "strategy", &strategy, "backing", &backing, "outcome", &outcome) ||
        schema != 1 || strcmp(workload, job->workload) || strcmp(strategy, job->strategy))
        return "its record is not one of this cell in schema 1";
    if (backing_named(backing) !=
        backing_named(job->backing)) // the loader only warns when it cannot
        return "it ran on another backing allocator: the library was not loaded";
    json_object_set_new(record, "backing", json_string(job->backing)); // with its options
    record_head(record, job);
    record_memory(record, samples);
    json_object_del(record, "clock_start_ns");
    json_object_del(record, "clock_end_ns");
    json_t *environment = json_object_get(record, "environment");
    if (!environment)
        return NULL;
    json_object_set_new(environment, "padding_bytes", json_integer(padding_bytes));
    // What the cell asks for is no setting of the machine.
    json_object_set_new(environment, "allocator", must(environment_allocator()));
    return NULL;
}

// --------------------------------------------------------------------------------------- no record
static json_t *record_values(const struct subject *subject, const char *text) {
    char error[256];
    struct values v = subject_values(subject);
    values_apply(&v, text, error, sizeof error);
    json_t *object = values_json(&v);
    values_free(&v);
    return object;
}

json_t *record_failed(const struct catalog *catalog, const struct job *job, enum outcome outcome,
                      const char *detail) {
    json_t *record = must(json_pack(
        "{s:i,s:s,s:s,s:s,s:o,s:o,s:I,s:I,s:I,s:s,s:s,s:o}", "schema", 1, "workload", job->workload,
        "strategy", job->strategy, "backing", job->backing, "params",
        record_values(catalog_workload(catalog, job->workload), job->params), "tunables",
        record_values(catalog_strategy(catalog, job->strategy), job->tunables), "heap_limit_bytes",
        (json_int_t)job->heap_limit_bytes, "seed", (json_int_t)job->seed, "steps_planned",
        (json_int_t)job->steps, "outcome", outcome_name(outcome), "detail", detail, "environment",
        must(environment_read())));
    record_head(record, job);
    return record;
}

size_t record_failures(const json_t *records) {
    size_t failures = 0, i;
    json_t *record;
    json_array_foreach(records, i, record) failures += outcome_is_failure(outcome_of(record));
    return failures;
}
