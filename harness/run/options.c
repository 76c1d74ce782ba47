// options.c - see options.h.

#include "options.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"

#include <string.h>

enum option {
    OPTION_QUICK,
    OPTION_FULL,
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
    [OPTION_QUICK] =
        {"quick", NULL,
         "the quick matrix (default): 5 blocks, quick sweeps only, at most --budget seconds"},
    [OPTION_FULL] = {"full", NULL,
                     "every sweep, every backing allocator, 20 blocks of 4 times the steps; hours"},
    [OPTION_STRATEGY] = {"strategy", "A,B",
                         "only these strategies; like all lists: repeatable, or with commas"},
    [OPTION_WORKLOAD] = {"workload", "A,B", "only these workloads"},
    [OPTION_BACKING] =
        {"backing", "A,B",
         "everything on these backing allocators; default glibc, and a few rows on others"},
    [OPTION_SWEEP] =
        {"sweep", "NAME=1,2,...",
         "sweep this tunable (of every strategy that has it, or STRATEGY.NAME) or this\n"
         "parameter (WORKLOAD.NAME) instead of the declared sweeps; without values: the\n"
         "declared ones. Repeatable; each is an axis of its own around the other settings"},
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
    [OPTION_INPUT] = {"input", "PATH",
                      "file or folder of text for workloads that read some (/usr/include)"},
    [OPTION_TIMEOUT] =
        {"timeout", "SECONDS",
         "kill an invocation after that; recorded, and the run goes on (60 quick, 600 full)"},
    [OPTION_OUT] = {"out", "DIR", "folder of the run (results/DATE-TIME)"},
    [OPTION_RESUME] = {"resume", "DIR",
                       "go on with a run that was stopped: all else comes from its manifest"},
    [OPTION_DRY_RUN] = {"dry-run", NULL,
                        "print the cells and an estimate of the time; run nothing"},
    [OPTION_BENCH_DIR] = {"bench-dir", "DIR",
                          "folder of the bench-NAME programs (that of heapbench)"},
    [OPTION_HELP] = {"help", NULL, "this text"},
};

static const char option_intro[] =
    "usage: heapbench run [flags]\n"
    "\n"
    "Run the matrix of strategies, workloads and settings: every invocation a fresh process, "
    "every\n"
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

// Takes a flag's value; returns what would be accepted, or NULL when it was.
static const char *option_number(struct options *o, enum option option, const char *value) {
    switch (option) {
    case OPTION_BLOCKS:
        return number_whole(value, 1, 10000, &o->blocks) ? NULL : "a whole number from 1 to 10000";
    case OPTION_SEED:
        return number_whole(value, 0, INT64_MAX, &o->seed) ? NULL
                                                           : "a whole number from 0 to 2^63 - 1";
    case OPTION_STEPS:
        return number_whole(value, 1, 1000000000000, &o->steps) ? NULL
                                                                : "a whole number from 1 to 10^12";
    case OPTION_STEPS_FACTOR:
        return number_real(value, 1e-6, 1e6, &o->steps_factor)
                   ? NULL
                   : "a number from 0.000001 to 1000000";
    case OPTION_BUDGET:
        return number_real(value, 0, 1e9, &o->budget_s) ? NULL : "seconds, or 0 for no limit";
    case OPTION_TIMEOUT:
        return number_real(value, 0.01, 1e6, &o->timeout_s) ? NULL : "seconds from 0.01 to 1000000";
    case OPTION_HEAP_LIMIT:
        return number_bytes(value, &o->heap_limit_bytes) ? NULL : "bytes like 65536, 64M or 1.5GiB";
    default:
        return NULL;
    }
}

// The list that a flag adds to, or NULL.
static struct names *option_list(struct options *o, enum option option) {
    switch (option) {
    case OPTION_STRATEGY:
        return &o->strategies;
    case OPTION_WORKLOAD:
        return &o->workloads;
    case OPTION_BACKING:
        return &o->backings;
    case OPTION_SWEEP:
        return &o->sweeps;
    case OPTION_SET:
        return &o->sets;
    case OPTION_PARAM:
        return &o->params;
    case OPTION_PRESET:
        return &o->presets;
    default:
        return NULL;
    }
}

// The text that a flag replaces, or NULL.
static char **option_text(struct options *o, enum option option) {
    switch (option) {
    case OPTION_INPUT:
        return &o->input;
    case OPTION_OUT:
        return &o->out;
    case OPTION_RESUME:
        return &o->resume;
    case OPTION_BENCH_DIR:
        return &o->bench_dir;
    default:
        return NULL;
    }
}

static void option_take(struct options *o, enum option option, const char *value) {
    struct names *list = option_list(o, option);
    char **text = option_text(o, option);
    if (list) // commas within a sweep separate its values
        names_split(list, value, option == OPTION_SWEEP ? '\0' : ',');
    if (text) {
        free(*text);
        *text = must(strdup(value));
    }
    if (option == OPTION_QUICK || option == OPTION_FULL)
        o->full = option == OPTION_FULL;
    o->dry_run |= option == OPTION_DRY_RUN;
    o->help |= option == OPTION_HELP;
}

// A resumed run takes everything from its manifest; a flag that would be ignored is refused.
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

static void option_defaults(struct options *o) {
    if (o->budget_s < 0)
        o->budget_s = o->full || o->blocks ? 0 : 110;
    if (!o->blocks)
        o->blocks = o->full ? 20 : 5;
    if (o->steps_factor == 0)
        o->steps_factor = o->full ? 4 : 1;
    if (o->timeout_s == 0)
        o->timeout_s = o->full ? 600 : 60;
}

bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes) {
    struct flags flags;
    size_t given = 0;
    *o = (struct options){.seed = 1, .budget_s = -1};
    flags_start(&flags, option_flags, OPTIONS, argc, argv);
    for (int i; (i = flags_next(&flags)) != FLAGS_END;) {
        if (i == FLAGS_ERROR) {
            snprintf(error, error_bytes, "%s", flags.error);
            return false;
        }
        const char *accepted = option_number(o, (enum option)i, flags.value);
        if (accepted) {
            snprintf(error, error_bytes, "--%s '%s': accepted: %s", option_flags[i].name,
                     flags.value, accepted);
            return false;
        }
        given += i != OPTION_RESUME && i != OPTION_BENCH_DIR;
        option_take(o, (enum option)i, flags.value);
    }
    if (flags_rest(&flags) < argc) {
        snprintf(error, error_bytes, "unexpected '%s': run takes flags only, see --help",
                 argv[flags_rest(&flags)]);
        return false;
    }
    if (o->help)
        option_print_help();
    option_defaults(o);
    return o->help || option_check_resume(o, given, error, error_bytes);
}

void options_free(struct options *o) {
    names_free(&o->strategies);
    names_free(&o->workloads);
    names_free(&o->backings);
    names_free(&o->sweeps);
    names_free(&o->sets);
    names_free(&o->params);
    names_free(&o->presets);
    free(o->input);
    free(o->out);
    free(o->resume);
    free(o->bench_dir);
}
