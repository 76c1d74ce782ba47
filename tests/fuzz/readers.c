// readers.c - what libFuzzer calls to read files of others: nothing that is in one may crash a
// reader, hang it, or be refused without one line that says why.
//
// HEAPBENCH_READER names the reader; tests/fuzz/readers runs each of them. An input is the whole
// file, but for `run`: there a NUL parts run.json from records.ndjson.

#include "advise/simulate.h"
#include "base/file.h"
#include "base/input.h"
#include "base/must.h"
#include "base/text.h"
#include "model/claims.h"
#include "read/load.h"
#include "run/plan.h"
#include "scenario/scenario.h"
#include "trace/recorded.h"
#include "trace/trace.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS_ERROR_BYTES = 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static struct readers {
    bool (*read)(char *error);
    char *folder, *path; // where the input lies, in a file system in memory
    struct catalog *catalog;
} readers;

// Two strategies and a workload, as bench programs describe them.
static const char readers_description[] =
    "{'schema': 1, 'strategy': {'name': '%s', 'summary': 's', 'traits': ['counts'], 'tunables': "
    "[{'name': 'threshold',"
    " 'doc': 'd', 'unit': '', 'default': 700, 'min': 0, 'max': 1e6, 'whole': true, 'sweep': [0, "
    "70], 'sweep_labels':"
    " ['off', '70']}], 'presets': []}, 'workloads': [{'name': 'cycles', 'summary': 's', 'step_is': "
    "'t', 'steps': 10,"
    " 'reads': '', 'params': [{'name': 'live', 'doc': 'd', 'unit': 'nodes', 'default': 8, 'min': "
    "1, 'max': 1e9, 'whole':"
    " true, 'sweep': [2, 8], 'sweep_labels': ['2', '8']}]}], 'build': {}}";

static struct catalog *readers_catalog(void) {
    struct catalog *c = catalog_new();
    static const char *const names[] = {"refcount", "generational"};
    char error[READERS_ERROR_BYTES];
    for (int i = 0; i < 2; i++) {
        char *text = text_format(readers_description, names[i]);
        for (char *at = text; *at; at++)
            *at = *at == '\'' ? '"' : *at;
        must(catalog_add(c, names[i], json_loads(text, 0, NULL), error, sizeof error) ? c : NULL);
        free(text);
    }
    return c;
}

// ----------------------------------------------------------------------------------------- readers
static bool readers_plan(char *error) {
    json_t *json = plan_load(readers.path, error, READERS_ERROR_BYTES);
    struct options o = {.seed = UINT64_MAX, .budget_s = -1};
    bool good = json && options_from_plan(&o, json, error, READERS_ERROR_BYTES);
    struct selection *s =
        good ? selection_new(readers.catalog, &o, error, READERS_ERROR_BYTES) : NULL;
    struct plan *plan = s ? plan_new(s, json, error, READERS_ERROR_BYTES) : NULL;
    good = plan != NULL;
    plan_free(plan);
    selection_free(s);
    options_free(&o);
    json_decref(json);
    return good;
}

static bool readers_claims(char *error) {
    json_t *json = claims_load(readers.path, NULL, error, READERS_ERROR_BYTES);
    json_decref(json);
    return json != NULL;
}

static bool readers_scenario(char *error) {
    struct scenario *s = scenario_read(readers.path, error, READERS_ERROR_BYTES);
    scenario_free(s);
    return s != NULL;
}

static bool readers_trace(char *error) {
    struct trace *t = trace_read(readers.path, error, READERS_ERROR_BYTES);
    bool good = t && trace_check(t, error, READERS_ERROR_BYTES);
    trace_free(t);
    return good;
}

// What is read is the stream of events, which is made a recording: a frame that is not one of zstd is refused at once.
static void readers_make_recording(void) {
    struct recording_writer w;
    size_t count;
    char *bytes = text_read_file(readers.path, &count);
    bool exact = count && bytes[0] & 1;
    if (!bytes ||
        recording_begin(&w, readers.path,
                        exact ? "{\"exact\": true, \"generations\": [3, 2, 1]}"
                              : "{\"generations\": [3, 2, 1], \"thresholds\": [700, 10, 10]}"))
        abort();
    for (size_t i = 0; i < count; i++) {
        recording_room(&w);
        recording_put(&w, (unsigned char)bytes[i]);
    }
    free(bytes);
    if (recording_end(&w, "{}"))
        abort();
}

static bool readers_recording(char *error) {
    readers_make_recording();
    struct model *m = model_read(readers.path, error, READERS_ERROR_BYTES);
    if (!m)
        return false;
    struct simulate_deaths deaths = simulate_place(m, 0.5);
    (void)simulate(m, &deaths, &(struct simulate_policy){.threshold = {3, 2, 1}});
    simulate_deaths_free(&deaths);
    model_free(m);
    return true;
}

// The same as a program, compiled in this process and not in a copy of it.
static bool readers_replayed(char *error) {
    char *made = NULL;
    size_t bytes;
    readers_make_recording();
    FILE *out = must(open_memstream(&made, &bytes));
    bool good = recorded_convert(readers.path, out);
    fclose(out);
    struct trace *t =
        good ? trace_parse(made, bytes, "recording", error, READERS_ERROR_BYTES) : NULL;
    if (good && (!t || !trace_check(t, error, READERS_ERROR_BYTES)))
        abort(); // what is compiled is a program
    if (!good)
        (void)snprintf(error, READERS_ERROR_BYTES, "%s", made);
    trace_free(t);
    free(made);
    return good;
}

static bool readers_input(char *error) {
    struct input *in = input_read(readers.path, error, READERS_ERROR_BYTES);
    input_free(in);
    return in != NULL;
}

static bool readers_description_of_a_program(char *error) {
    json_t *json = file_json(readers.path, error, READERS_ERROR_BYTES);
    struct catalog *c = catalog_new();
    bool good = json && catalog_add(c, "bench-foreign", json, error, READERS_ERROR_BYTES);
    catalog_free(c);
    return good;
}

static bool readers_run(char *error) {
    sqlite3 *db = load_run(readers.folder, error, READERS_ERROR_BYTES);
    sqlite3_close(db);
    return db != NULL;
}

static const struct reader {
    const char *name, *file;
    bool (*read)(char *error);
} readers_all[] = {{"plan", "plan.json", readers_plan},
                   {"claims", "claims.json", readers_claims},
                   {"scenario", "scenario.json", readers_scenario},
                   {"trace", "program", readers_trace},
                   {"recording", "recording.hbr", readers_recording},
                   {"replayed", "recording.hbr", readers_replayed},
                   {"input", "text", readers_input},
                   {"describe", "describe.json", readers_description_of_a_program},
                   {"run", "run.json", readers_run}};

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    const char *name = getenv("HEAPBENCH_READER");
    for (size_t i = 0; i < sizeof readers_all / sizeof *readers_all; i++) {
        if (!name || strcmp(name, readers_all[i].name) != 0)
            continue;
        readers.read = readers_all[i].read;
        readers.folder = text_format("/dev/shm/readers.%d", (int)getpid());
        readers.path = text_format("%s/%s", readers.folder, readers_all[i].file);
        readers.catalog = readers_catalog();
        return mkdir(readers.folder, 0700);
    }
    fprintf(stderr, "HEAPBENCH_READER: accepted: plan, claims, scenario, trace, recording, "
                    "replayed, input, describe, run\n");
    exit(2);
}

// Says what is wrong. The line may quote the file: what prints it makes it plain (base/text.h).
static void readers_check(const char *error) {
    if (*error)
        return;
    fprintf(stderr, "refused without a word\n");
    abort();
}

static void readers_write(const char *path, const uint8_t *bytes, size_t count) {
    FILE *file = must(fopen(path, "wb"));
    fwrite(bytes, 1, count, file);
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    char error[READERS_ERROR_BYTES] = "";
    const uint8_t *part = readers.read == readers_run ? memchr(bytes, 0, count) : NULL;
    readers_write(readers.path, bytes, part ? (size_t)(part - bytes) : count);
    if (readers.read == readers_run) {
        char *db = text_format("%s/run.db", readers.folder);
        char *records = text_format("%s/records.ndjson", readers.folder);
        unlink(db);
        readers_write(records, part ? part + 1 : bytes,
                      part ? count - (size_t)(part + 1 - bytes) : 0);
        free(records);
        free(db);
    }
    if (!readers.read(error))
        readers_check(error);
    return 0;
}
