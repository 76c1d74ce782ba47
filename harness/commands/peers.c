// peers.c - see peers.h.

#include "peers.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/status.h"
#include "base/text.h"
#include "judge/verdict.h"
#include "run.h"
#include "store/folder.h"

#include <string.h>

enum { PEERS_ERROR_BYTES = 8192, PEERS_BLOCKS = 7, PEERS_TIMEOUT_S = 300 };

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
static void add_cell(json_t *keys, const struct cell *c) {
    if (c)
        json_array_append_new(keys, json_string(c->key));
}

// The cells of the targets; instructions are counted of those whose targets are about them.
static json_t *plan_of_targets(const struct targets *targets) {
    json_t *timed = must(json_array()), *counted = must(json_array());
    for (size_t i = 0; i < targets->count; i++) {
        const struct target *t = &targets->list[i];
        bool instructions = !strcmp(t->figure, TARGET_INSTRUCTIONS);
        add_cell(instructions ? counted : timed, t->ours);
        add_cell(instructions ? counted : timed, t->against);
    }
    return must(json_pack("{s:s,s:s,s:i,s:i,s:[{s:o},{s:o,s:[s]}]}", "file", "targets", "name",
                          "peers", "blocks", PEERS_BLOCKS, "timeout_s", PEERS_TIMEOUT_S, "slices",
                          "cells", timed, "cells", counted, "observe", "instructions"));
}

// --------------------------------------------------------------------------------------------- run
static void take_instructions(void *context, json_t *record) {
    json_t *n = json_object_get(record, TARGET_INSTRUCTIONS);
    if (n)
        json_object_set(context, text_member(record, "cell"), n);
}

// What callgrind counted: cell to instructions of a step.
static json_t *saved_instructions(const char *dir) {
    char *path = text_format("%s/instructions.json", dir); // of a run made before records had them
    json_t *counted = json_load_file(path, 0, NULL);
    counted = counted ? counted : must(json_object());
    store_scan(dir, take_instructions, counted);
    free(path);
    return counted;
}

static int peers_show(const struct peers *p, const char *dir) {
    char error[PEERS_ERROR_BYTES];
    struct store *store = store_open(dir, error, sizeof error);
    if (!store)
        return peers_usage(error);
    json_t *counted = saved_instructions(dir);
    struct summary *summary = summary_new(store);
    verdict_table(&p->targets, summary, counted, stdout);
    summary_free(summary);
    json_decref(counted);
    store_free(store);
    return STATUS_OK;
}

static int peers_run(struct peers *p, int argc, char **argv) {
    if (p->from)
        return peers_show(p, p->from);
    json_t *plan = plan_of_targets(&p->targets);
    if (!p->options.out)
        p->options.out = folder_default();
    int status = run_plan(&p->options, plan, p->catalog, false, argc, argv);
    if (status != STATUS_USAGE && status != STATUS_INTERRUPTED)
        peers_show(p, p->options.out);
    json_decref(plan);
    return status;
}

int peers_main(int argc, char **argv) {
    char error[PEERS_ERROR_BYTES];
    struct peers p = {.options = {.seed = UINT64_MAX, .budget_s = 0}};
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
