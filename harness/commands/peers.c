// peers.c - see peers.h.

#include "peers.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "judge/advice.h"
#include "judge/agree.h"
#include "judge/verdict.h"
#include "run/instructions.h"
#include "run/manifest.h"
#include "run/matrix.h"
#include "run/record.h"
#include "store/folder.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { PEERS_ERROR_BYTES = 8192, PEERS_BLOCKS = 7, PEERS_TIMEOUT_S = 300 };

// What callgrind counted, in the run's folder: cell to instructions of a step.
static const char instructions_file[] = "instructions.json";

enum flag_name { FLAG_BLOCKS, FLAG_ONLY, FLAG_OUT, FLAG_FROM, FLAG_BENCH_DIR, FLAG_HELP, FLAGS };

static const struct flag flags[FLAGS] = {
    [FLAG_BLOCKS] = {"blocks", "N", "how often every cell runs (7)"},
    [FLAG_ONLY] = {"only", "TEXT", "only targets with a cell whose key contains this"},
    [FLAG_OUT] = {"out", "DIR", "folder of the run (results/DATE-TIME)"},
    [FLAG_FROM] = {"from", "DIR", "measure nothing: the table of a run that is there"},
    [FLAG_BENCH_DIR] = {"bench-dir", "DIR",
                        "folder of the bench-NAME programs (that of heapbench)"},
    [FLAG_HELP] = {"help", NULL, "this text"},
};

struct peers {
    const char *table, *only, *from, *bench_dir;
    bool help;
    struct options options; // of the run
    struct catalog *catalog;
    struct targets targets;
};

static int peers_usage(const char *error) {
    fprintf(stderr, "heapbench peers: %s\n", error);
    return STATUS_USAGE;
}

static int peers_help(void) {
    puts("usage: heapbench peers [flags] TABLE\n\n"
         "Measure every strategy against what it must beat, as the table says (its form is in\n"
         "harness/judge/targets.h; ours is tests/probes/targets.json), and print each target with "
         "what\nwas measured. All cells run in turn, in random order, as often as there are "
         "blocks; a ratio is\nformed within a block. Instructions are counted with valgrind.\n");
    flags_help(flags, FLAGS);
    puts("\nexit status: 0 measured, whether or not targets hold; 1 an invocation failed; 2 usage; "
         "130\ninterrupted: `heapbench run --resume DIR` goes on, `heapbench peers --from DIR "
         "TABLE` shows");
    return STATUS_OK;
}

static int peers_parse(struct peers *p, int argc, char **argv) {
    struct flags f;
    flags_start(&f, flags, FLAGS, argc, argv);
    for (int flag; (flag = flags_next(&f)) != FLAGS_END;) {
        if (flag == FLAGS_ERROR)
            return peers_usage(f.error);
        if (flag == FLAG_BLOCKS && !number_whole(f.value, 1, 10000, &p->options.blocks))
            return peers_usage("--blocks: accepted: a whole number from 1 to 10000");
        p->help |= flag == FLAG_HELP;
        const char **texts[FLAGS] = {
            [FLAG_ONLY] = &p->only, [FLAG_FROM] = &p->from, [FLAG_BENCH_DIR] = &p->bench_dir};
        if (texts[flag])
            *texts[flag] = f.value;
        if (flag == FLAG_OUT)
            p->options.out = must(strdup(f.value));
    }
    if (p->help)
        return STATUS_OK;
    if (flags_rest(&f) + 1 != argc)
        return peers_usage("takes one table of targets, e.g. tests/probes/targets.json");
    p->table = argv[flags_rest(&f)];
    return STATUS_OK;
}

// -------------------------------------------------------------------------------------------- plan
static void add_cell(json_t *cells, json_t *known, const struct cell *c) {
    if (!c || json_object_get(known, c->key))
        return;
    json_object_set_new(known, c->key, json_true());
    json_array_append_new(cells, cell_json(c));
}

// Every cell of the targets once; instructions are counted apart from the blocks.
static struct plan *plan_of_targets(const struct targets *targets) {
    json_t *cells = must(json_array()), *known = must(json_object());
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *t = &targets->list[i];
        add_cell(cells, known, t->ours);
        add_cell(cells, known, t->against);
    }
    json_t *manifest = json_pack("{s:o,s:i}", "cells", cells, "base_cells", 0);
    struct plan *plan = plan_from_json(must(manifest));
    json_decref(manifest);
    json_decref(known);
    return must(plan);
}

// ------------------------------------------------------------------------------------ instructions
static void count_cell(const struct matrix *m, json_t *counted, const struct cell *cell) {
    char error[PEERS_ERROR_BYTES];
    if (!cell || json_object_get(counted, cell->key))
        return;
    double n = instructions_per_step(m->catalog, cell, matrix_steps(m, cell), m->options->seed,
                                     error, sizeof error);
    if (isnan(n))
        fprintf(stderr, "heapbench peers: %s\n", error);
    json_object_set_new(counted, cell->key, isnan(n) ? json_null() : json_real(n));
}

static json_t *count_instructions(const struct matrix *m, const struct targets *targets) {
    json_t *counted = must(json_object());
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *t = &targets->list[i];
        if (strcmp(t->figure, TARGET_INSTRUCTIONS) != 0)
            continue;
        count_cell(m, counted, t->ours);
        count_cell(m, counted, t->against);
    }
    char *text = must(json_dumps(counted, JSON_INDENT(1)));
    int error = store_write(m->store, instructions_file, text, strlen(text));
    if (error)
        fprintf(stderr, "heapbench peers: cannot write %s/%s: %s\n", m->store->dir,
                instructions_file, strerror(error));
    free(text);
    return counted;
}

static json_t *saved_instructions(const char *dir) {
    char *path = text_format("%s/%s", dir, instructions_file);
    json_t *counted = json_load_file(path, 0, NULL);
    free(path);
    return counted;
}

// --------------------------------------------------------------------------------------------- run
static void peers_table(const struct peers *p, const struct store *store, const json_t *counted) {
    struct summary *summary = summary_new(store);
    verdict_table(&p->targets, summary, counted, stdout);
    summary_free(summary);
}

static int peers_finish(const struct peers *p, struct matrix *m, enum matrix_end end) {
    int error = end == MATRIX_CANNOT_SAVE ? 0 : store_fold(m->store);
    if (error)
        fprintf(stderr, "heapbench peers: cannot write %s/records.ndjson: %s\n", m->store->dir,
                strerror(error));
    if (end == MATRIX_INTERRUPTED)
        fprintf(stderr, "interrupted: go on with: heapbench run --resume %s --bench-dir %s\n",
                m->store->dir, p->bench_dir ? p->bench_dir : ".");
    if (end != MATRIX_DONE)
        return end == MATRIX_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_FAILED;
    size_t disagreements = agree_check(m->store->dir, stderr);
    size_t failures = record_failures(m->store->records);
    if (failures)
        fprintf(stderr, "heapbench peers: %zu invocations crashed, timed out or failed\n",
                failures);
    json_t *counted = count_instructions(m, &p->targets);
    peers_table(p, m->store, counted);
    json_decref(counted);
    printf("Records: %s\n", m->store->dir);
    return error || disagreements || failures ? STATUS_FAILED : STATUS_OK;
}

static int peers_measure(struct peers *p, struct matrix *m, int argc, char **argv) {
    char error[PEERS_ERROR_BYTES];
    char *dir = p->options.out ? must(strdup(p->options.out)) : folder_default();
    m->store = store_create(dir, manifest_new(&p->options, p->catalog, m->plan, argc, argv), error,
                            sizeof error);
    free(dir);
    if (!m->store)
        return peers_usage(error);
    int status = STATUS_FAILED, locked = folder_lock(m->store->dir);
    if (locked) {
        fprintf(stderr, "heapbench peers: %s: %s\n", m->store->dir, strerror(locked));
    } else {
        fprintf(stderr, "%zu targets, %zu cells x %llu blocks; records in %s\n", p->targets.count,
                m->plan->count, (unsigned long long)m->blocks, m->store->dir);
        advice_print(p->catalog, stderr);
        status = peers_finish(p, m, matrix_run(m));
    }
    store_free(m->store);
    return status;
}

static int peers_show(const struct peers *p) {
    char error[PEERS_ERROR_BYTES];
    struct store *store = store_open(p->from, error, sizeof error);
    if (!store)
        return peers_usage(error);
    json_t *counted = saved_instructions(p->from);
    peers_table(p, store, counted);
    json_decref(counted);
    store_free(store);
    return STATUS_OK;
}

static int peers_run(struct peers *p, int argc, char **argv) {
    if (p->from)
        return peers_show(p);
    struct plan *plan = plan_of_targets(&p->targets);
    struct matrix m = {
        .options = &p->options, .catalog = p->catalog, .plan = plan, .blocks = p->options.blocks};
    int status = peers_measure(p, &m, argc, argv);
    plan_free(plan);
    return status;
}

int peers_main(int argc, char **argv) {
    char error[PEERS_ERROR_BYTES];
    struct peers p = {
        .options = {
            .seed = 1, .blocks = PEERS_BLOCKS, .steps_factor = 1, .timeout_s = PEERS_TIMEOUT_S}};
    int status = peers_parse(&p, argc, argv);
    if (status == STATUS_OK && p.help) {
        status = peers_help();
    } else if (status == STATUS_OK) {
        p.catalog = catalog_load(p.bench_dir, error, sizeof error);
        if (p.catalog && targets_load(&p.targets, p.table, p.catalog, p.only, error, sizeof error))
            status = peers_run(&p, argc, argv);
        else
            status = peers_usage(error);
    }
    targets_free(&p.targets);
    catalog_free(p.catalog);
    options_free(&p.options);
    return status;
}
