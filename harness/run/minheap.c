// minheap.c - see minheap.h.

#include "minheap.h"

#include "base/checksum.h"
#include "base/file.h"
#include "base/must.h"
#include "base/table.h"
#include "base/text.h"
#include "model/outcome.h"
#include "work.h"

#include <errno.h>
#include <string.h>

// ------------------------------------------------------------------------------------------ search
static uint64_t minheap_up(uint64_t bytes) {
    return (bytes + MINHEAP_GRAIN - 1) / MINHEAP_GRAIN * MINHEAP_GRAIN;
}

// lacks: a limit that is known to be too small; 0 always is.
static uint64_t minheap_bisect(uint64_t lacks, uint64_t passes, minheap_ask *ask, void *context) {
    while (passes - lacks > MINHEAP_GRAIN && passes - lacks > passes / MINHEAP_SHARE) {
        uint64_t middle = minheap_up(lacks + (passes - lacks) / 2);
        middle = middle < passes ? middle : passes - MINHEAP_GRAIN;
        enum minheap_answer answer = ask(context, middle);
        if (answer == MINHEAP_UNKNOWN)
            return 0;
        *(answer == MINHEAP_PASSES ? &passes : &lacks) = middle;
    }
    return passes;
}

uint64_t minheap_search(uint64_t high_bytes, minheap_ask *ask, void *context) {
    uint64_t lacks = 0, passes = minheap_up(high_bytes);
    enum minheap_answer answer = ask(context, passes);
    for (int i = 0; i < 6 && answer == MINHEAP_LACKS; i++) {
        lacks = passes;
        passes *= 2;
        answer = ask(context, passes);
    }
    return answer == MINHEAP_PASSES ? minheap_bisect(lacks, passes, ask, context) : 0;
}

// ------------------------------------------------------------------------------------------- facts
// facts: by their names, {"bytes"} or {"above"}: it does not run with so many. asked: the same as
// elements of a manifest.
struct minheap {
    const struct catalog *catalog;
    char *path;
    FILE *searched;
    json_t *facts, *asked, *sums;
};

struct minheap *minheap_open(const struct catalog *catalog, const char *path, FILE *searched,
                             char *error, size_t error_bytes) {
    struct minheap *m = must(calloc(1, sizeof *m));
    *m = (struct minheap){catalog,
                          must(strdup(path)),
                          searched,
                          must(json_object()),
                          must(json_object()),
                          must(json_object())};
    FILE *file = fopen(path, "re");
    json_t *line;
    while (file && (line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL))) {
        const char *name = json_string_value(json_object_get(line, "fact"));
        if (name)
            json_object_set(m->facts, name, line);
        json_decref(line);
    }
    bool read = file ? fclose(file) == 0 : errno == ENOENT;
    if (read)
        return m;
    snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
    minheap_close(m);
    return NULL;
}

void minheap_close(struct minheap *m) {
    if (!m)
        return;
    free(m->path);
    json_decref(m->facts);
    json_decref(m->asked);
    json_decref(m->sums);
    free(m);
}

json_t *minheap_facts(const struct minheap *m) {
    json_t *list = must(json_array()), *fact;
    const char *name;
    json_object_foreach(m->asked, name, fact) json_array_append(list, fact);
    return list;
}

// The checksum of a strategy's program.
static const char *minheap_sum(struct minheap *m, const char *strategy) {
    const char *known = json_string_value(json_object_get(m->sums, strategy));
    if (known)
        return known;
    size_t bytes = 0;
    char *program = text_read_file(catalog_strategy(m->catalog, strategy)->path, &bytes);
    uint64_t sum = program ? checksum_add(CHECKSUM_START, program, bytes) : 0;
    char *text = text_format("%016llx", (unsigned long long)sum);
    json_object_set_new(m->sums, strategy, json_string(text));
    free(program);
    free(text);
    return json_string_value(json_object_get(m->sums, strategy));
}

static char *minheap_name(struct minheap *m, const struct job *job) {
    char *workload = cell_name(job->workload, job->params);
    char *strategy = cell_name(job->strategy, job->tunables);
    char *name =
        text_format("%s/%s/%s@seed=%llu@steps=%llu@input=%s %s", workload, strategy, job->backing,
                    (unsigned long long)job->seed, (unsigned long long)job->steps,
                    job->input_sum ? job->input_sum : "", minheap_sum(m, job->strategy));
    free(workload);
    free(strategy);
    return name;
}

// One that cannot be saved is searched for again next time.
static void minheap_save(const struct minheap *m, const json_t *fact) {
    char *folder = must(strdup(m->path)), *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    if (slash && file_make_folders(folder) == 0) {
        char *text = must(json_dumps(fact, JSON_COMPACT)), *line = text_format("%s\n", text);
        int error = file_add_line(m->path, line);
        if (error && error != EEXIST)
            fprintf(stderr, "warning: %s: %s\n", m->path, strerror(error));
        free(line);
        free(text);
    }
    free(folder);
}

static json_t *minheap_note(struct minheap *m, const struct job *job, const char *name,
                            const char *what, uint64_t bytes) {
    json_t *fact = must(json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I}", "fact", name, "workload", job->workload, "params",
        job->params, "strategy", job->strategy, "tunables", job->tunables, "backing", job->backing,
        "steps", (json_int_t)job->steps, "seed", (json_int_t)job->seed, what, (json_int_t)bytes));
    json_object_set_new(m->facts, name, fact);
    if (bytes) // what ended in another way may not do so again
        minheap_save(m, fact);
    return fact;
}

// ----------------------------------------------------------------------------------------- asking
// Invocations of one job, with limits. trials: that it has to pass.
struct minheap_trial {
    struct work work;
    struct job job;
    int trials;
    unsigned invocations;
};

static json_t *minheap_invoke(struct minheap_trial *t, uint64_t limit_bytes) {
    int error;
    t->job.heap_limit_bytes = limit_bytes;
    t->job.order = t->invocations++; // so that environments differ
    return work_run(&t->work, &t->job, &error);
}

// With time for some thirty times what it takes without a limit: a busy machine is no lack of
// memory.
static enum minheap_answer minheap_once(struct minheap_trial *t, uint64_t limit_bytes) {
    json_t *record = minheap_invoke(t, limit_bytes);
    enum outcome outcome = record ? outcome_of(record) : OUTCOME_FAILED;
    json_decref(record);
    return outcome == OUTCOME_OK                                     ? MINHEAP_PASSES
           : outcome == OUTCOME_MEMORY || outcome == OUTCOME_TIMEOUT ? MINHEAP_LACKS
                                                                     : MINHEAP_UNKNOWN;
}

static enum minheap_answer minheap_trials(void *context, uint64_t limit_bytes) {
    struct minheap_trial *t = context;
    enum minheap_answer answer = MINHEAP_PASSES;
    for (int i = 0; i < t->trials && answer == MINHEAP_PASSES; i++)
        answer = minheap_once(t, limit_bytes);
    return answer;
}

// What it holds at most without a limit; 0 when it does not end ok. The time that it took limits
// the others.
static uint64_t minheap_unlimited(struct minheap_trial *t) {
    json_t *record = minheap_invoke(t, 0);
    bool good = record && outcome_of(record) == OUTCOME_OK;
    double held = text_member_number(json_object_get(record, "counters"), "memory_peak_bytes");
    double took_ns = text_member_number(record, "wall_ns") + text_member_number(record, "setup_ns");
    json_decref(record);
    if (good && took_ns >= 0)
        t->job.timeout_s = 2 + 30e-9 * took_ns;
    return good && held > 0 ? (uint64_t)held : 0;
}

// "above" a limit that it is not worth to search below of.
static json_t *minheap_try(struct minheap *m, struct minheap_trial *t, const char *name,
                           uint64_t most_bytes) {
    uint64_t just_below = most_bytes / MINHEAP_GRAIN * MINHEAP_GRAIN;
    if (most_bytes < UINT64_MAX && minheap_once(t, just_below) != MINHEAP_PASSES)
        return minheap_note(m, &t->job, name, "above", just_below);
    uint64_t held = minheap_unlimited(t);
    uint64_t bytes = held ? minheap_search(held, minheap_trials, t) : 0;
    json_t *fact = minheap_note(m, &t->job, name, "bytes", bytes);
    if (m->searched)
        fprintf(m->searched, "smallest heap of %.*s: %s (%u invocations)\n",
                (int)strcspn(name, "@"), name, bytes ? si_bytes((double)bytes).text : "none",
                t->invocations);
    return fact;
}

static json_t *minheap_find(struct minheap *m, const struct job *job, const char *name,
                            uint64_t most_bytes) {
    struct minheap_trial t = {.job = *job};
    bool varies = subject_has_trait(catalog_strategy(m->catalog, job->strategy), "varies");
    t.trials = varies ? MINHEAP_TRIALS : 1;
    t.job.observe = (struct observe){0};
    t.job.load = t.job.rate = 0;
    t.job.build = NULL;
    if (!work_apart(&t.work, m->catalog))
        return NULL;
    json_t *fact = minheap_try(m, &t, name, most_bytes);
    work_apart_end(&t.work);
    return fact;
}

uint64_t minheap_of(struct minheap *m, const struct job *job, uint64_t most_bytes) {
    char *name = minheap_name(m, job);
    json_t *fact = json_object_get(m->facts, name);
    json_int_t bytes = json_integer_value(json_object_get(fact, "bytes"));
    json_int_t above = json_integer_value(json_object_get(fact, "above"));
    if (!fact || (above && (uint64_t)above < most_bytes / MINHEAP_GRAIN * MINHEAP_GRAIN))
        fact = minheap_find(m, job, name, most_bytes);
    bytes = json_integer_value(json_object_get(fact, "bytes"));
    if (fact)
        json_object_set(m->asked, name, fact);
    free(name);
    return bytes > 0 && (uint64_t)bytes <= most_bytes ? (uint64_t)bytes : 0;
}

uint64_t minheap_least(struct minheap *m, const struct job *job) {
    uint64_t least = minheap_of(m, job, UINT64_MAX);
    for (size_t i = 0; i < m->catalog->strategies.count; i++) {
        const struct subject *s = &m->catalog->strategies.list[i];
        struct job other = *job;
        other.strategy = s->name;
        other.tunables = "";
        if (!names_has(&s->workloads, job->workload) || subject_has_trait(s, "instrument"))
            continue;
        // Only what is smaller by more than the search tells apart is worth one.
        uint64_t bytes = minheap_of(m, &other, least ? least - least / MINHEAP_SHARE : UINT64_MAX);
        least = bytes && (!least || bytes < least) ? bytes : least;
    }
    return least;
}
