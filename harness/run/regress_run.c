// regress_run.c - see regress_run.h.

#include "regress_run.h"

#include "base/file.h"
#include "base/must.h"
#include "base/random.h"
#include "base/text.h"
#include "model/backing.h"
#include "work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REGRESS_SCHEMA = 1, REGRESS_SEED = 1, REGRESS_INPUT_BYTES = 20000 };
enum { REGRESS_STEPS = 500 }; // enough for dozens of young collections, few enough for milliseconds
enum { REGRESS_CHECKPOINTS = 4 }; // of floating garbage; exact, so that few do
static const double regress_timeout_s = 60;

// ------------------------------------------------------------------------------------------- input
// Words of an invented language. A word is a number of 1 to 10 bits, as many of each length, so
// that the r-th commonest is about as frequent as 1/r, as in real text; unlike the machine's own
// headers it is the same text everywhere.
static void write_input(FILE *out) {
    static const char *const syllables[] = {"ka", "lo", "mi", "ne", "ru", "sa", "to", "vi",
                                            "zu", "pe", "da", "go", "hi", "fa", "be", "un"};
    uint64_t state = REGRESS_SEED;
    size_t column = 0;
    for (size_t bytes = 0; bytes < REGRESS_INPUT_BYTES;) {
        uint64_t top = (uint64_t)1 << (random_next(&state) >> 32) % 10;
        uint64_t word = top | (random_next(&state) & (top - 1));
        char text[8] = ""; // three syllables at most
        for (; word; word >>= 4)
            strcat(text, syllables[word & 15]);
        size_t length = strlen(text) + 1;
        bool wrap = column + length > 78;
        fprintf(out, "%s%s", column == 0 ? "" : wrap ? "\n" : " ", text);
        column = (wrap ? 0 : column) + length;
        bytes += length;
    }
    fputc('\n', out);
}

static bool make_input(const char *path, char *error, size_t error_bytes) {
    FILE *out = access(path, F_OK) ? fopen(path, "wxe") : NULL;
    if (out) {
        write_input(out);
        fclose(out);
    }
    if (access(path, R_OK) == 0)
        return true;
    snprintf(error, error_bytes, "cannot write %s: %s", path, strerror(errno));
    return false;
}

// ----------------------------------------------------------------------------------- start and end
static char *make_folder(void) {
    const char *parent = getenv("TMPDIR");
    char *dir = text_format("%s/heapbench-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(dir)) {
        free(dir);
        return NULL;
    }
    char *spool = text_format("%s/spool", dir);
    file_make_folders(spool);
    free(spool);
    return dir;
}

bool regress_start(struct regress *regress, const char *bench_dir, const char *baseline,
                   bool update, char *error, size_t error_bytes) {
    *regress = (struct regress){.input = text_format("%s/input.txt", baseline)};
    int problem = update ? file_make_folders(baseline) : 0;
    if (problem) {
        snprintf(error, error_bytes, "cannot make %s: %s", baseline, strerror(problem));
    } else if (update ? make_input(regress->input, error, error_bytes)
                      : access(regress->input, R_OK) == 0) {
        regress->catalog = catalog_load(bench_dir, error, error_bytes);
        regress->dir = regress->catalog ? make_folder() : NULL;
        if (regress->catalog && !regress->dir)
            snprintf(error, error_bytes, "cannot make a temporary folder: %s", strerror(errno));
    } else if (!update) {
        snprintf(error, error_bytes, "%s is missing: `make baseline` makes a baseline",
                 regress->input);
    }
    if (!regress->dir)
        regress_end(regress);
    return regress->dir != NULL;
}

void regress_end(struct regress *regress) {
    if (regress->dir) {
        char *spool = text_format("%s/spool", regress->dir);
        rmdir(spool);
        rmdir(regress->dir);
        free(spool);
    }
    free(regress->dir);
    free(regress->input);
    catalog_free(regress->catalog);
    *regress = (struct regress){0};
}

// ---------------------------------------------------------------------------------------- programs
static json_t *run_program(const struct regress *regress, const char *strategy,
                           const struct subject *workload, const char *params) {
    size_t backings;
    struct cell like = cell_as_planned();
    like.workload = (char *)(uintptr_t)workload->name;
    like.params = (char *)(uintptr_t)params;
    like.strategy = (char *)(uintptr_t)strategy;
    like.tunables = (char *)(uintptr_t) "";
    like.backing = (char *)(uintptr_t)backing_list(&backings)[0].name;
    struct cell *cell = cell_new(&like);
    struct job job = {.cell = cell->key,
                      .workload = cell->workload,
                      .params = params,
                      .strategy = strategy,
                      .tunables = "",
                      .backing = cell->backing,
                      .steps = workload->steps < REGRESS_STEPS ? workload->steps : REGRESS_STEPS,
                      .seed = REGRESS_SEED,
                      .input = !strcmp(workload->reads, "text") ? regress->input : NULL,
                      .timeout_s = regress_timeout_s,
                      .observe = {.checkpoints = REGRESS_CHECKPOINTS}};
    int error;
    json_t *record = work_run(&(struct work){regress->catalog, regress->dir, -1}, &job, &error);
    if (!record)
        fprintf(stderr, "heapbench regress: %s could not be run: %s\n", cell->key, strerror(error));
    cell_free(cell);
    return record;
}

// What must be equal, out of a record. Of a strategy whose work varies, what the mutator saw.
static json_t *deterministic(const json_t *record, const struct subject *strategy) {
    static const char *const fields[] = {"outcome",        "detail",       "observed",
                                         "graph",          "counters",     "setup_counters",
                                         "leaked_objects", "leaked_bytes", "floating"};
    enum { SEEN_BY_THE_MUTATOR = 4 };
    size_t count = subject_has_trait(strategy, "varies") ? (size_t)SEEN_BY_THE_MUTATOR
                                                         : sizeof fields / sizeof *fields;
    json_t *kept = must(json_object());
    for (size_t i = 0; i < count; i++)
        json_object_set(kept, fields[i], json_object_get(record, fields[i]));
    json_object_del(json_object_get(kept, "floating"),
                    "audit_ns"); // a time; the record is done with
    return kept;
}

static bool add_program(const struct regress *regress, const struct subject *strategy,
                        const struct subject *workload, const char *params, json_t *programs) {
    char *name =
        *params ? text_format("%s[%s]", workload->name, params) : text_format("%s", workload->name);
    json_t *record = run_program(regress, strategy->name, workload, params);
    if (record)
        json_object_set_new(programs, name, deterministic(record, strategy));
    json_decref(record);
    free(name);
    return record != NULL;
}

static bool add_preset(const struct regress *regress, const struct subject *strategy,
                       const struct subject *workload, const json_t *preset, json_t *programs) {
    char error[256];
    struct values params = subject_values(workload);
    bool good = preset_apply(preset, &params, error, sizeof error);
    char *text = values_text(&params);
    good = good && add_program(regress, strategy, workload, text, programs);
    free(text);
    values_free(&params);
    return good;
}

static bool add_workload(const struct regress *regress, const struct subject *strategy,
                         const struct subject *workload, json_t *programs) {
    bool good = add_program(regress, strategy, workload, "", programs);
    for (size_t p = 0; p < workload->setting_count; p++) {
        const struct setting *setting = &workload->settings[p];
        for (size_t c = 0; good && setting->choices && setting->choices[c]; c++) {
            if ((double)c == setting->fallback)
                continue;
            char *params = text_format("%s=%s", setting->name, setting->choices[c]);
            good = add_program(regress, strategy, workload, params, programs);
            free(params);
        }
    }
    size_t i;
    json_t *preset;
    json_array_foreach(presets_of(workload->json), i, preset) {
        if (preset_suits(preset, strategy))
            good = good && add_preset(regress, strategy, workload, preset, programs);
    }
    return good;
}

json_t *regress_strategy(const struct regress *regress, const struct subject *strategy) {
    json_t *programs = must(json_object());
    bool good = true;
    for (size_t i = 0; i < strategy->workloads.count && good; i++) {
        const struct subject *workload =
            catalog_workload(regress->catalog, strategy->workloads.items[i]);
        good = !workload || add_workload(regress, strategy, workload, programs);
    }
    json_t *measured = json_pack("{s:i,s:i,s:i,s:o}", "schema", REGRESS_SCHEMA, "seed",
                                 REGRESS_SEED, "steps", REGRESS_STEPS, "programs", programs);
    if (!good)
        json_decref(measured);
    return good ? must(measured) : NULL;
}
