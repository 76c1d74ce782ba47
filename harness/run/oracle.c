// oracle.c - see oracle.h.

#include "oracle.h"

#include "base/checksum.h"
#include "base/file.h"
#include "base/must.h"
#include "base/text.h"
#include "model/outcome.h"

#include <string.h>
#include <unistd.h>

#define ORACLE "oracle" // of allocators/

bool oracle_can(const struct work *work, const struct job *job) {
    const struct subject *s = catalog_strategy(work->catalog, ORACLE);
    struct job own = {.strategy = ORACLE, .counting = true};
    return s && job->observe.checkpoints && names_has(&s->workloads, job->workload) &&
           !strstr(job->tunables, "interned_kept=") && work_has(work, &own);
}

// ------------------------------------------------------------------------------------------ asking
// Of what makes the program, and its marks.
static char *oracle_path(const struct work *work, const struct job *job, const char *suffix) {
    char *program = text_format("%s|%s|%llu|%llu|%s|%s|%llu", job->workload, job->params,
                                (unsigned long long)job->steps, (unsigned long long)job->seed,
                                job->input ? job->input : "", job->input_sum ? job->input_sum : "",
                                (unsigned long long)job->observe.checkpoints);
    uint64_t sum = checksum_add(CHECKSUM_START, program, strlen(program));
    free(program);
    return text_format("%s/oracle/%016llx.%s", work->dir, (unsigned long long)sum, suffix);
}

static json_t *oracle_run(const struct work *work, const struct job *job, const char *lives,
                          int *error) {
    struct job own = *job;
    own.strategy = ORACLE;
    own.tunables = "";
    own.build = NULL;
    own.counting = own.observe.marks = true;
    own.lives = lives;
    return work_once(work, &own, error);
}

static int oracle_save(const char *path, const json_t *record) {
    char *text = must(json_dumps(record, JSON_COMPACT));
    int error = file_write_whole(path, text, strlen(text));
    free(text);
    return error;
}

// What is kept of a program that it cannot tell of says so as well.
static bool oracle_tells(const json_t *record) {
    return outcome_of(record) == OUTCOME_OK && json_array_size(json_object_get(record, "marks")) &&
           !json_integer_value(
               json_object_get(json_object_get(record, "counters"), "objects_guarded"));
}

json_t *oracle_ask(const struct work *work, const struct job *job, char **lives, int *error) {
    char *path = oracle_path(work, job, "json");
    char *deaths = job->observe.drag ? oracle_path(work, job, "lives") : NULL;
    bool known = access(path, R_OK) == 0 && (!deaths || access(deaths, R_OK) == 0);
    json_t *record = known ? json_load_file(path, 0, NULL) : NULL;
    *error = 0;
    *lives = NULL;
    if (!record) {
        char *dir = text_format("%s/oracle", work->dir);
        *error = file_make_folders(dir);
        free(dir);
        record = *error ? NULL : oracle_run(work, job, deaths, error);
        if (record)
            *error = oracle_save(path, record);
    }
    free(path);
    if (record && !*error && oracle_tells(record)) {
        *lives = deaths;
        return record;
    }
    free(deaths);
    json_decref(record);
    return NULL;
}

void oracle_forget(const char *dir, bool facts) {
    char *path = text_format("%s/oracle", dir);
    file_clear(path, facts ? "*" : "*.lives*");
    if (facts)
        rmdir(path);
    free(path);
}

// ----------------------------------------------------------------------------------------- joining
enum {
    MARK_STEP,
    MARK_ASKED,
    MARK_OBJECTS,
    MARK_BYTES,
    MARK_MEMORY,
    MARK_RSS,
    MARK_LIVE,
    MARK_LIVE_BYTES
};

static json_int_t oracle_of(const json_t *mark, size_t field) {
    return json_integer_value(json_array_get(mark, field));
}

// Floating garbage, summed up as an audit does it (runner/audit.c).
static void oracle_float(json_t *record, const json_t *samples) {
    json_int_t count = (json_int_t)json_array_size(samples), sum[3] = {0}, peak[3] = {0};
    size_t i;
    json_t *sample;
    json_array_foreach(samples, i, sample) {
        for (size_t field = 1; field < 3; field++) {
            json_int_t value = oracle_of(sample, field);
            sum[field] += value;
            peak[field] = value > peak[field] ? value : peak[field];
        }
    }
    json_object_set_new(
        record, "floating",
        must(json_pack("{s:I,s:I,s:I,s:I,s:I,s:O}", "checkpoints", count, "average_objects",
                       (sum[1] + count / 2) / count, "peak_objects", peak[1], "average_bytes",
                       (sum[2] + count / 2) / count, "peak_bytes", peak[2], "samples", samples)));
}

static void oracle_tell(json_t *mark, json_int_t objects, json_int_t bytes) {
    json_array_set_new(mark, MARK_LIVE, json_integer(objects));
    json_array_set_new(mark, MARK_LIVE_BYTES, json_integer(bytes));
}

void oracle_join(json_t *record, const json_t *counted, const json_t *oracle) {
    json_t *marks = json_object_get(record, "marks"), *mark;
    json_t *held = json_object_get(counted, "marks"), *live = json_object_get(oracle, "marks");
    json_t *samples = must(json_array());
    bool same = json_array_size(held) == json_array_size(live);
    size_t i;
    json_array_foreach(held, i, mark) {
        const json_t *alive = json_array_get(live, i);
        json_t *timed = json_array_get(marks, i);
        same = same && oracle_of(mark, MARK_STEP) == oracle_of(alive, MARK_STEP) &&
               oracle_of(mark, MARK_ASKED) == oracle_of(alive, MARK_ASKED);
        json_int_t objects = oracle_of(alive, MARK_OBJECTS), bytes = oracle_of(alive, MARK_BYTES);
        json_array_append_new(samples, json_pack("[I,I,I]", oracle_of(mark, MARK_STEP),
                                                 oracle_of(mark, MARK_OBJECTS) - objects,
                                                 oracle_of(mark, MARK_BYTES) - bytes));
        for (size_t field = MARK_ASKED; timed && field <= MARK_BYTES; field++)
            json_array_set(timed, field, json_array_get(mark, field));
        if (timed && same)
            oracle_tell(timed, objects, bytes);
    }
    if (same && json_array_size(samples))
        oracle_float(record, samples);
    json_decref(samples);
}
