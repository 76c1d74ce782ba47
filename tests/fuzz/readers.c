// readers.c - what libFuzzer calls to read files of others: nothing that is in one may crash a
// reader, hang it, or be refused without one line that says why.
//
// HEAPBENCH_READER names the reader; tests/fuzz/readers runs each of them. An input is the whole file. What is JSON
// is mangled as JSON (mangle.h) three times out of four. HEAPBENCH_READER_RUN is the folder of a run, for those that
// read parts of one: the other parts are as they are there.

#include "advise/simulate.h"
#include "base/file.h"
#include "base/input.h"
#include "base/must.h"
#include "base/text.h"
#include "mangle.h"
#include "model/claims.h"
#include "read/functions.h"
#include "read/load_records.h"
#include "run/plan.h"
#include "run/record.h"
#include "scenario/scenario.h"
#include "store/store.h"
#include "trace/recorded.h"
#include "trace/trace.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS_ERROR_BYTES = 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t most); // libFuzzer's own

// run: what readers of a run's folder need. tables: of an empty database, to begin with. jobs: job is the first of them.
static struct readers {
    const struct reader *reader;
    char *folder, *path; // where the input lies, in a file system in memory
    struct catalog *catalog;
    struct {
        unsigned char *tables;
        sqlite3_int64 tables_bytes;
        struct load_sql sql;
        json_t *jobs;
        struct job job;
        char *manifest, *records, *damaged; // paths; the last is what the store puts aside
    } run;
} readers;

// What works on a copy of the process is seen by libFuzzer when it works in this one. It takes the place of base/aside.c.
char *aside_run(bool (*work)(const void *context, FILE *out), const void *context, size_t *bytes,
                char *error, size_t error_bytes) {
    char *made = NULL;
    FILE *out = must(open_memstream(&made, bytes));
    bool good = work(context, out);
    fclose(out);
    if (good)
        return made;
    (void)snprintf(error, error_bytes, "%s", made);
    free(made);
    return NULL;
}

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
// A plan may name any folder as its input, such as / and what the kernel makes up in it: what lies there is not what is tried.
static bool readers_stays_here(const struct options *o, char *error) {
    struct stat s;
    for (size_t i = 0; i < o->inputs.count; i++)
        if (!stat(o->inputs.items[i], &s) && S_ISDIR(s.st_mode)) {
            snprintf(error, READERS_ERROR_BYTES, "%s is a folder", o->inputs.items[i]);
            return false;
        }
    return true;
}

static bool readers_plan(char *error) {
    json_t *json = plan_load(readers.path, error, READERS_ERROR_BYTES);
    struct options o = {.seed = UINT64_MAX, .budget_s = -1};
    bool good = json && options_from_plan(&o, json, error, READERS_ERROR_BYTES) &&
                readers_stays_here(&o, error);
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

// The same as a program.
static bool readers_replayed(char *error) {
    size_t bytes;
    readers_make_recording();
    char *made = aside_run(recorded_convert, readers.path, &bytes, error, READERS_ERROR_BYTES);
    struct trace *t =
        made ? trace_parse(made, bytes, "recording", error, READERS_ERROR_BYTES) : NULL;
    if (made && (!t || !trace_check(t, error, READERS_ERROR_BYTES)))
        abort(); // what is compiled is a program
    trace_free(t);
    free(made);
    return made;
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

// ------------------------------------------------------------------------------------ parts of a run
static void readers_write(const char *path, const void *bytes, size_t count) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || write(file, bytes, count) != (ssize_t)count)
        abort();
    close(file);
}

static bool readers_manifest(char *error) {
    struct store *store = store_open_manifest(readers.folder, error, READERS_ERROR_BYTES);
    store_free(store);
    return store;
}

static size_t readers_lines(void) {
    size_t bytes, lines = 0;
    char *text = must(text_read_file(readers.path, &bytes));
    for (size_t i = 0; i < bytes; i++)
        lines += text[i] == '\n' || i + 1 == bytes;
    free(text);
    return lines;
}

// Each line is a record, or damaged, or there twice: of what was read nothing is lost when it is gathered.
static bool readers_records(char *error) {
    struct store *store = store_open(readers.folder, error, READERS_ERROR_BYTES);
    if (!store)
        return false;
    size_t records = json_array_size(store->records);
    if (records + store->damaged.count + store->duplicated != readers_lines() ||
        !store_fold(store, error, READERS_ERROR_BYTES))
        abort();
    store_free(store);
    unlink(readers.run.damaged);
    store = must(store_open(readers.folder, error, READERS_ERROR_BYTES));
    if (json_array_size(store->records) != records || store->damaged.count || store->duplicated)
        abort();
    store_free(store);
    return true;
}

// What a runner answers, a stranger's too, as worker and store take it. What is kept is one record at most.
static bool readers_answer(char *error) {
    json_t *record = file_json(readers.path, error, READERS_ERROR_BYTES);
    struct record_sample list[] = {{0, 4096}, {1000, 8192}, {UINT64_MAX / 2, 4096}};
    const char *wrong =
        record ? record_complete(record, &readers.run.job, &(struct record_samples){list, 3}, 7)
               : error;
    unlink(readers.run.records);
    struct store *store = store_spool(readers.folder);
    if (!wrong && (store_add(store, record) || !store_fold(store, error, READERS_ERROR_BYTES) ||
                   !store_read(store, error, READERS_ERROR_BYTES) || store->damaged.count))
        abort(); // what is taken for a record is one
    store_free(store);
    json_decref(record);
    if (wrong && record)
        (void)snprintf(error, READERS_ERROR_BYTES, "%s", wrong);
    return !wrong;
}

static bool readers_jobs(char *error) {
    json_t *jobs = jobs_load(readers.path, error, READERS_ERROR_BYTES);
    json_decref(jobs);
    return jobs != NULL;
}

// As load_run does, in memory and from tables that are there.
static bool readers_load(char *error) {
    size_t count = (size_t)readers.run.tables_bytes;
    enum { OPTIONS = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE };
    unsigned char *tables = must(sqlite3_malloc64(count));
    memcpy(tables, readers.run.tables, count);
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) || functions_register(db) ||
        sqlite3_deserialize(db, "main", tables, (sqlite3_int64)count, (sqlite3_int64)count,
                            OPTIONS))
        abort();
    bool good = load_records(db, &readers.run.sql, readers.folder, "", error, READERS_ERROR_BYTES);
    sqlite3_close(db);
    return good;
}

// The first line is the manifest, the others are the records.
static bool readers_run(char *error) {
    size_t bytes;
    char *text = must(text_read_file(readers.path, &bytes)), *end = memchr(text, '\n', bytes);
    size_t first = end ? (size_t)(end - text) + 1 : bytes;
    readers_write(readers.run.manifest, text, first);
    readers_write(readers.run.records, text + first, bytes - first);
    free(text);
    return readers_load(error);
}

static void readers_copy(const char *from, const char *name) {
    size_t bytes;
    char *path = text_format("%s/%s", from, name), *to = text_format("%s/%s", readers.folder, name);
    char *text = text_read_file(path, &bytes);
    if (!text) {
        fprintf(stderr, "HEAPBENCH_READER_RUN: accepted: the folder of a run; no %s\n", path);
        exit(2);
    }
    readers_write(to, text, bytes);
    free(text);
    free(to);
    free(path);
}

// The tables of an empty run, without what says so: each input then runs the rest.
static void readers_prepare_tables(void) {
    struct load_sql *sql = &readers.run.sql, first;
    char error[READERS_ERROR_BYTES];
    for (size_t i = 0; i < LOAD_STAGES; i++) {
        char *name = text_format("results/%s.sql", load_stage_names[i]);
        bool once = i == LOAD_SCHEMA || i == LOAD_METRICS;
        char *text = must(file_home_text(name));
        first.text[i] = once ? text : must(strdup(""));
        sql->text[i] = once ? must(strdup("")) : text;
        free(name);
    }
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) || functions_register(db) ||
        !load_records(db, &first, readers.folder, "", error, sizeof error) ||
        sqlite3_exec(db, "delete from run where name = 'made_of'", NULL, NULL, NULL))
        abort();
    readers.run.tables = must(sqlite3_serialize(db, "main", &readers.run.tables_bytes, 0));
    sqlite3_close(db);
    for (size_t i = 0; i < LOAD_STAGES; i++)
        free(first.text[i]);
}

static void readers_prepare_run(void) {
    const char *from = getenv("HEAPBENCH_READER_RUN");
    char error[READERS_ERROR_BYTES];
    from = from ? from : "?";
    readers_copy(from, "run.json");
    readers_prepare_tables();
    readers_copy(from, "records.ndjson");
    char *jobs = text_format("%s/jobs.ndjson", from);
    readers.run.jobs = must(jobs_load(jobs, error, sizeof error));
    must(job_read(json_array_get(readers.run.jobs, 0), &readers.run.job) ? &readers : NULL);
    free(jobs);
    readers.run.manifest = text_format("%s/run.json", readers.folder);
    readers.run.records = text_format("%s/records.ndjson", readers.folder);
    readers.run.damaged = text_format("%s/records.damaged", readers.folder);
}

// --------------------------------------------------------------------------------------- libFuzzer
enum readers_form { READERS_BYTES, READERS_JSON, READERS_JSON_LINES };

static const struct reader {
    const char *name, *file;
    bool (*read)(char *error);
    enum readers_form form;
    bool of_run;
} readers_all[] = {
    {"plan", "plan.json", readers_plan, READERS_JSON, false},
    {"claims", "claims.json", readers_claims, READERS_JSON, false},
    {"scenario", "scenario.json", readers_scenario, READERS_JSON, false},
    {"describe", "describe.json", readers_description_of_a_program, READERS_JSON, false},
    {"answer", "answer.json", readers_answer, READERS_JSON, true},
    {"manifest", "run.json", readers_manifest, READERS_JSON, true},
    {"records", "records.ndjson", readers_records, READERS_JSON_LINES, true},
    {"run", "run", readers_run, READERS_JSON_LINES, true},
    {"jobs", "jobs.ndjson", readers_jobs, READERS_JSON_LINES, false},
    {"trace", "program", readers_trace, READERS_BYTES, false},
    {"log", "program", readers_trace, READERS_BYTES, false},
    {"tracks", "program", readers_trace, READERS_BYTES, false},
    {"recording", "recording.hbr", readers_recording, READERS_BYTES, false},
    {"replayed", "recording.hbr", readers_replayed, READERS_BYTES, false},
    {"text", "text", readers_input, READERS_BYTES, false},
    {"json", "text", readers_input, READERS_JSON, false}};
enum { READERS = sizeof readers_all / sizeof *readers_all };

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    const char *name = getenv("HEAPBENCH_READER");
    for (size_t i = 0; name && i < READERS; i++)
        if (strcmp(name, readers_all[i].name) == 0)
            readers.reader = &readers_all[i];
    if (!readers.reader) {
        fprintf(stderr, "HEAPBENCH_READER: accepted:");
        for (size_t i = 0; i < READERS; i++)
            fprintf(stderr, " %s", readers_all[i].name);
        fprintf(stderr, "\n");
        exit(2);
    }
    const char *temporary = getenv("TMPDIR");
    readers.folder = text_format("%s/readers.%d", temporary ? temporary : "/tmp", (int)getpid());
    readers.path = text_format("%s/%s", readers.folder, readers.reader->file);
    readers.catalog = readers_catalog();
    if (mkdir(readers.folder, 0700))
        abort();
    if (readers.reader->of_run)
        readers_prepare_run();
    return 0;
}

// Says what is wrong. The line may quote the file: what prints it makes it plain (base/text.h).
static void readers_check(const char *error) {
    if (*error)
        return;
    fprintf(stderr, "refused without a word\n");
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
    char error[READERS_ERROR_BYTES] = "";
    readers_write(readers.path, bytes, count);
    if (!readers.reader->read(error))
        readers_check(error);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t count, size_t most, unsigned seed) {
    enum readers_form form = readers.reader->form;
    size_t now = form != READERS_BYTES && seed % 4
                     ? mangle(bytes, count, most, seed, form == READERS_JSON_LINES)
                     : 0;
    return now ? now : LLVMFuzzerMutate(bytes, count, most);
}
