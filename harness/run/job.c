// job.c - jobs as lines of JSON.

#include "job.h"

#include "base/must.h"
#include "base/number.h"
#include "base/text.h"
#include "model/backing_given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *observe_read(const json_t *list, struct observe *observe) {
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        const char *text = json_is_string(item) ? json_string_value(item) : "?";
        uint64_t checkpoints;
        if (!strcmp(text, "instructions"))
            observe->instructions = true;
        else if (!strcmp(text, "counts"))
            observe->counts = true;
        else if (!strcmp(text, "drag"))
            observe->drag = true;
        else if (!strcmp(text, "graph"))
            observe->graph = true;
        else if (!strncmp(text, "audit:", 6) && number_whole(text + 6, 1, 1000000, &checkpoints))
            observe->checkpoints =
                checkpoints > observe->checkpoints ? checkpoints : observe->checkpoints;
        else
            return text;
    }
    return NULL;
}

void observe_merge(struct observe *observe, const struct observe *more) {
    observe->counts |= more->counts;
    observe->drag |= more->drag;
    observe->graph |= more->graph;
    observe->instructions |= more->instructions;
    if (more->checkpoints > observe->checkpoints)
        observe->checkpoints = more->checkpoints;
}

static json_t *observe_json(const struct observe *observe) {
    json_t *list = must(json_array());
    char *audit = text_format("audit:%llu", (unsigned long long)observe->checkpoints);
    if (observe->counts)
        json_array_append_new(list, json_string("counts"));
    if (observe->checkpoints)
        json_array_append_new(list, json_string(audit));
    if (observe->drag)
        json_array_append_new(list, json_string("drag"));
    if (observe->graph)
        json_array_append_new(list, json_string("graph"));
    if (observe->instructions)
        json_array_append_new(list, json_string("instructions"));
    free(audit);
    return list;
}

// Whoever reads the job knows an allocator that was given by its file. When that is gone, work_can
// says so.
static void job_know_backing(const char *name, const char *file) {
    char error[256];
    char *definition = text_format("%s=%s", name, file);
    backing_give(definition, error, sizeof error);
    free(definition);
}

bool job_read(const json_t *json, struct job *job) {
    json_int_t steps, seed, limit, block, order;
    const char *file = NULL;
    json_t *observe;
    *job = (struct job){0};
    if (json_unpack((json_t *)(uintptr_t)json,
                    "{s:s,s:I,s:I,s:F,s:o,s:{s:s,s:s,s:I,s:I,s?{s:s,s?s,s?s}},"
                    "s:{s?s,s:s,s:s,s:s,s?s,s:I,s?F}}",
                    "cell", &job->cell, "block", &block, "order", &order, "timeout_s",
                    &job->timeout_s, "observe", &observe, "program", "workload", &job->workload,
                    "params", &job->params, "steps", &steps, "seed", &seed, "input", "path",
                    &job->input, "name", &job->input_name, "checksum", &job->input_sum,
                    "configuration", "build", &job->build, "strategy", &job->strategy, "tunables",
                    &job->tunables, "backing", &job->backing, "backing_file", &file,
                    "heap_limit_bytes", &limit, "load", &job->load) ||
        steps < 0 || seed < 0 || limit < 0 || block < 0 || order < 0 || job->timeout_s <= 0 ||
        observe_read(observe, &job->observe))
        return false;
    if (file)
        job_know_backing(job->backing, file);
    job->steps = (uint64_t)steps;
    job->seed = (uint64_t)seed;
    job->heap_limit_bytes = (uint64_t)limit;
    job->block = (uint64_t)block;
    job->order = (uint64_t)order;
    return true;
}

json_t *job_json(const struct job *job) {
    json_t *input = job->input ? json_pack("{s:s,s:s*,s:s*}", "path", job->input, "name",
                                           job->input_name, "checksum", job->input_sum)
                               : NULL;
    json_t *program =
        json_pack("{s:s,s:s,s:I,s:I,s:o*}", "workload", job->workload, "params", job->params,
                  "steps", (json_int_t)job->steps, "seed", (json_int_t)job->seed, "input", input);
    const struct backing *backing = backing_named(job->backing);
    json_t *configuration = json_pack(
        "{s:s*,s:s,s:s,s:s,s:s*,s:I,s:o*}", "build", job->build, "strategy", job->strategy,
        "tunables", job->tunables, "backing", job->backing, "backing_file",
        backing && backing_is_given(backing) ? backing->library : NULL, "heap_limit_bytes",
        (json_int_t)job->heap_limit_bytes, "load", job->load > 0 ? json_real(job->load) : NULL);
    return must(json_pack("{s:I,s:s,s:o,s:o,s:I,s:I,s:o,s:f}", "job", (json_int_t)job->order,
                          "cell", job->cell, "program", program, "configuration", configuration,
                          "block", (json_int_t)job->block, "order", (json_int_t)job->order,
                          "observe", observe_json(&job->observe), "timeout_s", job->timeout_s));
}

void jobs_add(json_t *jobs, json_t *cells, json_t *job) {
    static const char *const parts[] = {"cell", "program", "configuration", "observe"};
    const json_t *last = json_object_get(cells, text_member(job, "cell"));
    for (size_t i = 0; last && i < sizeof parts / sizeof *parts; i++) {
        json_t *part = json_object_get(last, parts[i]);
        if (json_equal(part, json_object_get(job, parts[i])))
            json_object_set(job, parts[i], part);
    }
    json_object_set(cells, text_member(job, "cell"), job);
    json_array_append_new(jobs, job);
}

json_t *jobs_load(const char *path, char *error, size_t error_bytes) {
    json_t *jobs = must(json_array()), *cells = must(json_object());
    char *line = NULL;
    size_t capacity = 0;
    struct job job;
    FILE *file = fopen(path, "re");
    bool good = file != NULL;
    if (!file)
        snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
    while (good && getline(&line, &capacity, file) > 0) {
        json_t *json = json_loads(line, 0, NULL);
        good = json && job_read(json, &job);
        if (!good)
            snprintf(error, error_bytes, "%s: line %zu is no job", path, json_array_size(jobs) + 1);
        if (good)
            jobs_add(jobs, cells, json);
        else
            json_decref(json);
    }
    if (good && ferror(file)) {
        snprintf(error, error_bytes, "%s: cannot be read", path);
        good = false;
    }
    if (file)
        fclose(file);
    free(line);
    json_decref(cells);
    if (good)
        return jobs;
    json_decref(jobs);
    return NULL;
}
