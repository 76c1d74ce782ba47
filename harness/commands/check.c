// check.c - heapbench check: does a program answer as a strategy must (harness/PROTOCOL.md)?

#include "base/must.h"
#include "base/names.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "model/outcome.h"
#include "run/work.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHECK_STEPS = 20, CHECK_ERROR_BYTES = 1024 };
static const double check_timeout_s = 60;

enum { CHECK_INPUT, CHECK_FLAGS };
static const struct flag check_flags[CHECK_FLAGS] = {
    [CHECK_INPUT] = {"input", "PATH", "what workloads read, where they read something"},
};

static const char check_usage[] =
    "usage: heapbench check [flags] PROGRAM...\n\n"
    "Does each bench-NAME answer as harness/PROTOCOL.md asks? It describes itself, and does 20\n"
    "steps of each workload twice with one seed. What it need not know, and does not, is listed.\n"
    "One that counts is asked for floating garbage, too.\n";

static bool check_say(bool good, const char *what, const char *more) {
    printf("%s %s%s%s\n", good ? "ok    " : "not ok", what, *more ? ": " : "", more);
    return good;
}

// What a record may leave unsaid, and which figures are unknown then.
static void check_unknown(const char *workload, const json_t *record, bool counting) {
    static const char *const members[][2] = {{"latency", "latency"},
                                             {"cpu_user_ns", "CPU time"},
                                             {"rss", "resident memory"},
                                             {"pauses", "pauses"},
                                             {"pauses_cpu", "CPU time of pauses"},
                                             {"counters", "collections and other counters"},
                                             {"phases", "figures of the set-up by itself"},
                                             {"graph", "the checksum of what is reachable"},
                                             {"floating", "floating garbage"}};
    struct names unknown = {0};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        // Who does not count is not asked for what floats.
        if (!json_object_get(record, members[i][0]) &&
            (counting || strcmp(members[i][0], "floating")))
            names_add(&unknown, members[i][1]);
    char *text = names_join(&unknown, ", ");
    if (*text)
        printf("       %s: not said, so unknown: %s\n", workload, text);
    free(text);
    names_free(&unknown);
}

// One invocation of a workload at its defaults; its record, or NULL.
static json_t *check_run(const struct work *work, const struct subject *w, const char *input) {
    const struct subject *s = &work->catalog->strategies.list[0];
    char *cell = text_format("%s/%s/glibc", w->name, s->name);
    struct job job = {.cell = cell,
                      .workload = w->name,
                      .params = "",
                      .strategy = s->name,
                      .tunables = "",
                      .backing = "glibc",
                      .input = *w->reads ? input : NULL,
                      .steps = CHECK_STEPS,
                      .seed = 1,
                      .observe.checkpoints = s->counting,
                      .timeout_s = check_timeout_s};
    int error;
    json_t *record = work_run(work, &job, &error);
    free(cell);
    return record;
}

static bool check_workload(const struct work *work, const struct subject *w, const char *input) {
    json_t *first = check_run(work, w, input), *again = check_run(work, w, input);
    bool ran = first && again && outcome_of(first) == OUTCOME_OK && outcome_of(again) == OUTCOME_OK;
    const char *observed = text_member(first, "observed");
    bool same = ran && *observed && !strcmp(observed, text_member(again, "observed"));
    char *what = text_format("%s: %d steps", w->name, CHECK_STEPS);
    check_say(ran, what, ran ? "" : text_member(first, "detail"));
    free(what);
    if (ran) {
        what = text_format("%s: `observed` is there, and the same with the same seed", w->name);
        check_say(same, what, "");
        free(what);
        check_unknown(w->name, first, work->catalog->strategies.list[0].counting);
    }
    json_decref(first);
    json_decref(again);
    return same;
}

static bool check_workloads(const struct catalog *c, const char *input) {
    struct work work;
    if (!work_apart(&work, c))
        return check_say(false, "a folder for records in /tmp", "");
    bool good = true;
    for (size_t i = 0; i < c->workloads.count; i++)
        good = check_workload(&work, &c->workloads.list[i], input) && good;
    work_apart_end(&work);
    return good;
}

static bool check_program(const char *path, const char *input) {
    char error[CHECK_ERROR_BYTES], *copy = must(strdup(path));
    const char *name = basename(copy);
    char *program = strchr(path, '/') ? must(strdup(path)) : text_format("./%s", path);
    bool good = check_say(!strncmp(name, "bench-", 6) && !strchr(name, '.') && !access(path, X_OK),
                          path, "a program, named bench-NAME, without a dot");
    struct catalog *c = good ? catalog_of(program, error, sizeof error) : NULL;
    if (good)
        good = check_say(c != NULL, "it describes itself", c ? "" : error);
    if (good)
        good = check_say(!strcmp(c->strategies.list[0].name, name + 6),
                         "its name is that of the file", c->strategies.list[0].name) &&
               check_say(c->workloads.count > 0, "it has workloads", "") &&
               check_workloads(c, input);
    catalog_free(c);
    free(program);
    free(copy);
    return good;
}

static int check_main(const struct call *call) {
    if (!call->count)
        return command_fail("check", "takes at least one program, e.g. build/bench-refcount",
                            STATUS_USAGE);
    bool good = true;
    for (int i = 0; i < call->count; i++)
        good = check_program(call->operands[i], call->flag[CHECK_INPUT]) && good;
    return good ? STATUS_OK : STATUS_FAILED;
}

COMMAND(check, "does a program of yours answer as a strategy must?", COMMAND_FLAGS(check_flags))
