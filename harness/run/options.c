// options.c - the table of the flags of `heapbench run` and of a plan's members.

#include "options.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/text.h"

#include <stddef.h>
#include <string.h>

enum option {
    OPTION_QUICK,
    OPTION_FULL,
    OPTION_PLAN,
    OPTION_INCIDENT,
    OPTION_STRATEGY,
    OPTION_WORKLOAD,
    OPTION_BACKING,
    OPTION_SWEEP,
    OPTION_SET,
    OPTION_PRESET,
    OPTION_PARAM,
    OPTION_BLOCKS,
    OPTION_BUDGET,
    OPTION_SEED,
    OPTION_STEPS_FACTOR,
    OPTION_STEPS,
    OPTION_HEAP_LIMIT,
    OPTION_INPUT,
    OPTION_TIMEOUT,
    OPTION_OUT,
    OPTION_RESUME,
    OPTION_DRY_RUN,
    OPTION_BENCH_DIR,
    OPTION_HELP,
    OPTIONS
};

static const struct flag option_flags[OPTIONS] = {
    [OPTION_QUICK] = {"quick", NULL, "the plan harness/plans/quick.json (default)"},
    [OPTION_FULL] = {"full", NULL,
                     "the plan full.json: every sweep, every backing allocator, 20 blocks; hours"},
    [OPTION_PLAN] = {"plan", "FILE",
                     "what to run: a file, or the name of one in harness/plans/, whose README\n"
                     "describes the form; the flags below narrow it and override its members"},
    [OPTION_INCIDENT] =
        {"incident", "A,B",
         "these reports, by scenarios (workloads/README.md) that name a source and say what\n"
         "must hold: their names in workloads/scenarios, or paths; by the plan incidents.json"},
    [OPTION_STRATEGY] = {"strategy", "A,B",
                         "only these strategies; like all lists: repeatable, or with commas"},
    [OPTION_WORKLOAD] = {"workload", "A,B", "only these workloads"},
    [OPTION_BACKING] =
        {"backing", "A,B",
         "everything on these backing allocators; default glibc, and a few rows on others"},
    [OPTION_SWEEP] =
        {"sweep", "NAME=1,2,...",
         "sweep this tunable (of every strategy that has it, or STRATEGY.NAME), this\n"
         "parameter (WORKLOAD.NAME), or heap, seed or steps, instead of what the plan sweeps;\n"
         "without values: the declared ones. Repeatable; each is an axis of its own around the\n"
         "other settings"},
    [OPTION_SET] =
        {"set", "NAME=VALUE",
         "fix a tunable of every strategy that has it, or STRATEGY.NAME=VALUE; repeatable"},
    [OPTION_PRESET] = {"preset", "NAME",
                       "fix tunables to a combination that a strategy declares, e.g. py3.13, or\n"
                       "parameters to one that a workload declares; see heapbench list"},
    [OPTION_PARAM] = {"param", "WORKLOAD.NAME=VALUE", "fix a parameter of a workload; repeatable"},
    [OPTION_BLOCKS] = {"blocks", "N", "how often every cell runs (5 quick, 20 full)"},
    [OPTION_BUDGET] =
        {"budget", "SECONDS",
         "run fewer blocks, but at least 3, when those done say that all would take longer\n"
         "(110 quick, unless --blocks is given; 0: no limit)"},
    [OPTION_SEED] =
        {"seed", "N",
         "of the workloads' choices in every block, and of the order of invocations (1)"},
    [OPTION_STEPS_FACTOR] = {"steps-factor", "X",
                             "times the steps that each workload declares (1 quick, 4 full)"},
    [OPTION_STEPS] = {"steps", "N", "this many steps for every workload instead"},
    [OPTION_HEAP_LIMIT] = {"heap-limit", "BYTES",
                           "most memory a heap may hold: 64M, 1GiB, ... (0: no limit)"},
    [OPTION_INPUT] =
        {"input", "PATH,PATH",
         "files or folders for workloads that read some (/usr/include); several: such\n"
         "workloads run on each"},
    [OPTION_TIMEOUT] =
        {"timeout", "SECONDS",
         "kill an invocation after that; recorded, and the run goes on (60 quick, 600 full)"},
    [OPTION_OUT] = {"out", "DIR", "folder of the run (results/DATE-TIME)"},
    [OPTION_RESUME] = {"resume", "DIR",
                       "go on with a run that was stopped: all else comes from its folder"},
    [OPTION_DRY_RUN] = {"dry-run", NULL,
                        "print the cells and an estimate of the time; run nothing"},
    [OPTION_BENCH_DIR] = {"bench-dir", "DIR",
                          "folder of the bench-NAME programs (that of heapbench)"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

// Where a value goes, what it may be, and how a plan calls it; NULL: only a flag gives it.
enum kind { KIND_NONE, KIND_LIST, KIND_TEXT, KIND_WHOLE, KIND_REAL, KIND_BYTES };
#define AT(member) offsetof(struct options, member)
static const struct field {
    enum kind kind;
    size_t at;
    const char *member, *accepted;
    double min, max;
} option_fields[OPTIONS] = {
    [OPTION_PLAN] = {KIND_TEXT, AT(plan), NULL, NULL, 0, 0},
    [OPTION_INCIDENT] = {KIND_LIST, AT(incidents), NULL, NULL, 0, 0},
    [OPTION_STRATEGY] = {KIND_LIST, AT(strategies), "strategies", NULL, 0, 0},
    [OPTION_WORKLOAD] = {KIND_LIST, AT(workloads), "workloads", NULL, 0, 0},
    [OPTION_BACKING] = {KIND_LIST, AT(backings), "backings", NULL, 0, 0},
    [OPTION_INPUT] = {KIND_LIST, AT(inputs), "inputs", NULL, 0, 0},
    [OPTION_SWEEP] = {KIND_LIST, AT(sweeps), "sweep", NULL, 0, 0},
    [OPTION_SET] = {KIND_LIST, AT(sets), "set", NULL, 0, 0},
    [OPTION_PARAM] = {KIND_LIST, AT(params), "param", NULL, 0, 0},
    [OPTION_PRESET] = {KIND_LIST, AT(presets), "preset", NULL, 0, 0},
    [OPTION_BLOCKS] = {KIND_WHOLE, AT(blocks), "blocks", "a whole number from 1 to 10000", 1, 1e4},
    [OPTION_SEED] = {KIND_WHOLE, AT(seed), "seed", "a whole number from 0 to 2^53", 0, 0x1p53},
    [OPTION_STEPS] = {KIND_WHOLE, AT(steps), "steps", "a whole number from 1 to 10^12", 1, 1e12},
    [OPTION_STEPS_FACTOR] = {KIND_REAL, AT(steps_factor), "steps_factor",
                             "a number from 0.000001 to 1000000", 1e-6, 1e6},
    [OPTION_BUDGET] = {KIND_REAL, AT(budget_s), "budget_s", "seconds, or 0 for no limit", 0, 1e9},
    [OPTION_TIMEOUT] = {KIND_REAL, AT(timeout_s), "timeout_s", "seconds from 0.01 to 1000000", 0.01,
                        1e6},
    [OPTION_HEAP_LIMIT] = {KIND_BYTES, AT(heap_limit_bytes), "heap_limit",
                           "bytes like 65536, 64M or 1.5GiB", 0, 0},
    [OPTION_OUT] = {KIND_TEXT, AT(out), NULL, NULL, 0, 0},
    [OPTION_RESUME] = {KIND_TEXT, AT(resume), NULL, NULL, 0, 0},
    [OPTION_BENCH_DIR] = {KIND_TEXT, AT(bench_dir), NULL, NULL, 0, 0},
};

static const char option_intro[] =
    "usage: heapbench run [flags]\n"
    "\n"
    "Run a plan of strategies, workloads and settings: every invocation a fresh process, every\n"
    "block all cells once in random order. Records, tables and plots go to a folder of results/.\n"
    "The same seed drives the workloads in all blocks, so that counters are the same in each, and\n"
    "what a strategy computes can be compared with what the others do.\n"
    "\n";
static const char option_outro[] =
    "\n"
    "exit status: 0 all ran; 1 an invocation failed, or strategies disagreed, or nothing more "
    "could\n"
    "be saved; 2 usage; 130 interrupted, with all that was finished saved\n";

static void option_print_help(void) {
    fputs(option_intro, stdout);
    flags_help(option_flags, OPTIONS);
    fputs(option_outro, stdout);
}

static void *option_at(const struct options *o, const struct field *f) {
    return (char *)(uintptr_t)o + f->at;
}

// Takes a value; returns what would be accepted, or NULL when it was.
static const char *option_take(struct options *o, enum option option, const char *value) {
    const struct field *f = &option_fields[option];
    void *at = option_at(o, f);
    bool good = true;
    if (f->kind == KIND_LIST) // commas within a sweep separate its values
        names_split(at, value, option == OPTION_SWEEP ? '\0' : ',');
    if (f->kind == KIND_TEXT) {
        free(*(char **)at);
        *(char **)at = must(strdup(value));
    }
    if (f->kind == KIND_WHOLE)
        good = number_whole(value, (uint64_t)f->min, (uint64_t)f->max, at);
    if (f->kind == KIND_REAL)
        good = number_real(value, f->min, f->max, at);
    if (f->kind == KIND_BYTES)
        good = number_bytes(value, at);
    if (option == OPTION_QUICK || option == OPTION_FULL || option == OPTION_INCIDENT) {
        free(o->plan);
        o->plan = must(strdup(option == OPTION_INCIDENT ? "incidents" : option_flags[option].name));
    }
    o->dry_run |= option == OPTION_DRY_RUN;
    o->help |= option == OPTION_HELP;
    return good ? NULL : f->accepted;
}

// A resumed run takes everything from its folder; a flag that would be ignored is refused.
static bool option_check_resume(const struct options *o, size_t given, char *error,
                                size_t error_bytes) {
    if (!o->resume || given == 0)
        return true;
    snprintf(error, error_bytes,
             "--resume takes everything from the manifest in %s: accepted "
             "besides it: --bench-dir",
             o->resume);
    return false;
}

bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes) {
    struct flags flags;
    size_t given = 0;
    *o = (struct options){.seed = UINT64_MAX, .budget_s = -1, .plan = must(strdup("quick"))};
    flags_start(&flags, option_flags, OPTIONS, argc, argv);
    for (int i; (i = flags_next(&flags)) != FLAGS_END;) {
        if (i == FLAGS_ERROR) {
            snprintf(error, error_bytes, "%s", flags.error);
            return false;
        }
        const char *accepted = option_take(o, (enum option)i, flags.value);
        if (accepted) {
            snprintf(error, error_bytes, "--%s '%s': accepted: %s", option_flags[i].name,
                     flags.value, accepted);
            return false;
        }
        given += i != OPTION_RESUME && i != OPTION_BENCH_DIR;
    }
    if (flags_rest(&flags) < argc) {
        snprintf(error, error_bytes, "unexpected '%s': run takes flags only, see --help",
                 argv[flags_rest(&flags)]);
        return false;
    }
    if (o->help)
        option_print_help();
    return o->help || option_check_resume(o, given, error, error_bytes);
}

// ------------------------------------------------------------------------------------------- plans
static bool option_is_given(const struct options *o, const struct field *f) {
    const void *at = option_at(o, f);
    switch (f->kind) {
    case KIND_LIST:
        return ((const struct names *)at)->count > 0;
    case KIND_REAL:
        return *(const double *)at >= (f->min > 0 ? f->min : 0);
    case KIND_WHOLE:
        return *(const uint64_t *)at >= f->min && *(const uint64_t *)at <= f->max;
    default:
        return *(const uint64_t *)at > 0;
    }
}

// One value of a member, as a flag's would be.
static bool option_take_member(struct options *o, enum option option, const json_t *value,
                               char *error, size_t error_bytes) {
    char *text = json_is_number(value)   ? text_format("%.17g", json_number_value(value))
                 : json_is_string(value) ? must(strdup(json_string_value(value)))
                                         : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    bool fits = option_fields[option].kind == KIND_LIST ? json_is_string(value) : text != NULL;
    const char *accepted = fits ? option_take(o, option, must(text)) : "a text, or a list of texts";
    if (accepted)
        snprintf(error, error_bytes, "\"%s\": %s: accepted: %s", option_fields[option].member,
                 text ? text : "null", accepted);
    free(text);
    return !accepted;
}

static bool option_take_members(struct options *o, enum option option, const json_t *value,
                                char *error, size_t error_bytes) {
    size_t i;
    json_t *item;
    if (!json_is_array(value) || option_fields[option].kind != KIND_LIST)
        return option_take_member(o, option, value, error, error_bytes);
    json_array_foreach(value, i, item) {
        if (!option_take_member(o, option, item, error, error_bytes))
            return false;
    }
    return true;
}

bool options_from_plan(struct options *o, const json_t *plan, char *error, size_t error_bytes) {
    if (o->budget_s < 0 && o->blocks) // so many were asked for
        o->budget_s = 0;
    for (int i = 0; i < OPTIONS; i++) {
        const struct field *f = &option_fields[i];
        const json_t *value = f->member ? json_object_get(plan, f->member) : NULL;
        if (value && !option_is_given(o, f) &&
            !option_take_members(o, (enum option)i, value, error, error_bytes))
            return false;
    }
    o->seed = o->seed == UINT64_MAX ? 1 : o->seed;
    o->blocks = o->blocks ? o->blocks : 5;
    o->budget_s = o->budget_s < 0 ? 0 : o->budget_s;
    o->timeout_s = o->timeout_s > 0 ? o->timeout_s : 60;
    o->steps_factor = o->steps_factor > 0 ? o->steps_factor : 1;
    return true;
}

void options_to_plan(const struct options *o, json_t *plan) {
    for (int i = 0; i < OPTIONS; i++) {
        const struct field *f = &option_fields[i];
        const void *at = option_at(o, f);
        if (!f->member || !option_is_given(o, f))
            continue;
        json_t *value = f->kind == KIND_LIST   ? json_array()
                        : f->kind == KIND_REAL ? json_real(*(const double *)at)
                                               : json_integer((json_int_t) * (const uint64_t *)at);
        for (size_t n = 0; f->kind == KIND_LIST && n < ((const struct names *)at)->count; n++)
            json_array_append_new(value, json_string(((const struct names *)at)->items[n]));
        json_object_set_new(plan, f->member, value);
    }
}

void options_members(struct names *names) {
    for (int i = 0; i < OPTIONS; i++)
        if (option_fields[i].member)
            names_add(names, option_fields[i].member);
}

void options_free(struct options *o) {
    for (int i = 0; i < OPTIONS; i++) {
        if (option_fields[i].kind == KIND_LIST)
            names_free(option_at(o, &option_fields[i]));
        if (option_fields[i].kind == KIND_TEXT)
            free(*(char **)option_at(o, &option_fields[i]));
    }
}
