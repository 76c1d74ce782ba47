// options.c - the table of the flags of `heapbench run` and of a plan's members.

#include "options.h"

#include "base/flags.h"
#include "base/must.h"
#include "base/number.h"
#include "base/stats.h"
#include "base/text.h"
#include "select.h"

#include <stddef.h>
#include <string.h>

// Where a value goes, what it may be, and how a plan calls it; no member: only a flag gives it.
// KIND_FLAG is set; KIND_NAME is the plan of the flag's own name; commas in KIND_SWEEPS separate
// values.
enum kind {
    KIND_FLAG,
    KIND_NAME,
    KIND_TEXT,
    KIND_LIST,
    KIND_SWEEPS,
    KIND_WHOLE,
    KIND_REAL,
    KIND_BYTES
};
#define FIELD(kind, field) kind, offsetof(struct options, field), NULL, NULL, 0, 0
#define MEMBER(kind, field, name) kind, offsetof(struct options, field), name, NULL, 0, 0
#define NUMBER(kind, field, accepted, min, max)                                                    \
    kind, offsetof(struct options, field), #field, accepted, min, max
static const struct option_row {
    struct flag flag;
    enum kind kind;
    size_t at;
    const char *member, *accepted;
    double min, max;
} option_rows[] = {
    {{"quick", NULL, "the plan harness/plans/quick.json (default)"}, FIELD(KIND_NAME, plan)},
    {{"full", NULL, "the plan full.json: every sweep, every backing allocator, 10 blocks; an hour"},
     FIELD(KIND_NAME, plan)},
    {{"plan", "FILE",
      "what to run: a file, or the name of one in harness/plans/, whose README\n"
      "describes the form; the flags below narrow it and override its members"},
     FIELD(KIND_TEXT, plan)},
    {{"incident", "A,B",
      "these reports: scenarios that name a source and say what must hold\n"
      "(workloads/README.md), by name or path, as the plan incidents.json runs them"},
     FIELD(KIND_LIST, incidents)},
    {{"cell", "KEY,...",
      "these cells and no others, by their keys as --dry-run prints them:\n"
      "cycles/generational[threshold0=7000]/glibc"},
     FIELD(KIND_LIST, cells)},
    {{"strategy", "A,B", "only these strategies; like all lists: repeatable, or with commas"},
     MEMBER(KIND_LIST, strategies, "strategies")},
    {{"workload", "A,B", "only these workloads"}, MEMBER(KIND_LIST, workloads, "workloads")},
    {{"backing", "A,B",
      "everything on these backing allocators: names of `heapbench list backings`, perhaps with\n"
      "options of their own, glibc:mmap_threshold=131072+top_pad=0, or NAME=FILE for any\n"
      "library; default glibc, and a few rows on others"},
     MEMBER(KIND_LIST, backings, "backings")},
    {{"build", "NAME",
      "every cell once more by the programs in folder NAME beside the others, next to each\n"
      "other in random order: how two commits are compared (heapbench compare)"},
     MEMBER(KIND_LIST, builds, "builds")},
    {{"sweep", "NAME=1,2,...",
      "sweep this tunable (of every strategy that has it, or STRATEGY.NAME), this\n"
      "parameter (WORKLOAD.NAME), or heap (1.5x: of the least that runs), seed, steps or load "
      "(steps that are due, of those that\n"
      "the fastest closed loop does), instead of what the plan sweeps; without values: the\n"
      "declared ones. Repeatable; each is an axis of its own around the other settings"},
     MEMBER(KIND_SWEEPS, sweeps, "sweep")},
    {{"grid", "A=1,2,B=3,4",
      "every combination of the values of several such settings; repeatable: more axes"},
     MEMBER(KIND_SWEEPS, grids, "grid")},
    {{"variant", "NAME=A=1,B=2",
      "named settings of one's own, or presets, beside the default and each other, e.g.\n"
      "tuned=threshold0=50000,freeze_after_setup=on; repeatable"},
     MEMBER(KIND_SWEEPS, variants, "variant")},
    {{"alone", NULL,
      "the base alone, or the incidents: nothing that the plan sweeps, sets or lists besides, and "
      "nothing twice"},
     FIELD(KIND_FLAG, alone)},
    {{"set", "NAME=VALUE",
      "fix a tunable of every strategy that has it, or STRATEGY.NAME=VALUE; repeatable"},
     MEMBER(KIND_LIST, sets, "set")},
    {{"preset", "NAME",
      "fix tunables to a combination that a strategy declares, e.g. py3.13, or\n"
      "parameters to one that a workload declares; see heapbench list"},
     MEMBER(KIND_LIST, presets, "preset")},
    {{"param", "WORKLOAD.NAME=VALUE", "fix a parameter of a workload; repeatable"},
     MEMBER(KIND_LIST, params, "param")},
    {{"blocks", "N", "how often every cell runs (6 quick, 10 full)"},
     NUMBER(KIND_WHOLE, blocks, "a whole number from 1 to 10000", 1, 1e4)},
    {{"budget", "SECONDS",
      "run fewer blocks, but at least 6, then fewer cells around the base, of the last blocks\n"
      "first, when blocks say that all would take longer (160 quick, unless --blocks is given;\n"
      "0: no limit)"},
     NUMBER(KIND_REAL, budget_s, "seconds, or 0 for no limit", 0, 1e9)},
    {{"seed", "N", "of the workloads' choices, and of the order of invocations (1)"},
     NUMBER(KIND_WHOLE, seed, "a whole number from 0 to 2^53", 0, 0x1p53)},
    {{"seeds", "N",
      "so many seeds, in turn, from --seed on: block b has number b mod N, so that a workload's\n"
      "own chance is in the intervals, too (1)"},
     NUMBER(KIND_WHOLE, seeds, "a whole number from 1 to 10000", 1, 1e4)},
    {{"steps-factor", "X", "times the steps that each workload declares (1)"},
     NUMBER(KIND_REAL, steps_factor, "a number from 0.000001 to 1000000", 1e-6, 1e6)},
    {{"steps", "N", "this many steps for every workload instead"},
     NUMBER(KIND_WHOLE, steps, "a whole number from 1 to 10^12", 1, 1e12)},
    {{"heap-limit", "BYTES", "most memory a heap may hold: 64M, 1GiB, ... (0: no limit)"},
     NUMBER(KIND_BYTES, heap_limit_bytes, "bytes like 65536, 64M or 1.5GiB", 0, 0)},
    {{"input", "PATH,PATH",
      "what workloads read: 8 MiB of text or JSON, or of a folder of text (/usr/include);\n"
      "a trace or a log of malloc (.rep, mtrace, heaptrack, ltrace); a scenario. Several:\n"
      "such workloads run on each"},
     MEMBER(KIND_LIST, inputs, "inputs")},
    {{"timeout", "SECONDS",
      "kill an invocation after that; recorded, and the run goes on (60 quick, 600 full)"},
     NUMBER(KIND_REAL, timeout_s, "seconds from 0.01 to 1000000", 0.01, 1e6)},
    {{"engine", "NAME",
      "who does the jobs: local (default), or a file of harness/engines/: slurm, parallel; then,\n"
      "repeated, NAME=VALUE for it: --engine slurm --engine partition=long"},
     MEMBER(KIND_SWEEPS, engine, "engine")},
    {{"out", "DIR", "folder of the run (results/DATE-TIME)"}, FIELD(KIND_TEXT, out)},
    {{"resume", "DIR", "go on with a run that was stopped: all else comes from its folder"},
     FIELD(KIND_TEXT, resume)},
    {{"retry-failed", NULL, "with --resume: run again what crashed, timed out or failed"},
     FIELD(KIND_FLAG, retry_failed)},
    {{"dry-run", NULL, "print the cells and an estimate of the time; run nothing"},
     FIELD(KIND_FLAG, dry_run)},
    {{"bench-dir", "DIR", "folder of the bench-NAME programs (that of heapbench)"},
     FIELD(KIND_TEXT, bench_dir)},
    {{"exec", "[NAME=]PATH",
      "an interpreter (python, node, php) as a strategy; repeated: two builds of one. Without\n"
      "--strategy only these run, or beside what an incident compares"},
     FIELD(KIND_LIST, execs)},
    {{"help", NULL, "this text"}, FIELD(KIND_FLAG, help)},
};
enum { OPTIONS = sizeof option_rows / sizeof *option_rows };

static const char option_intro[] =
    "usage: heapbench run [flags]\n"
    "\n"
    "Run a plan of strategies, workloads and settings: every invocation a fresh process, every\n"
    "block all cells once in random order. Records, tables and plots go to a folder of results/.\n"
    "The same seed drives all workloads of a block, so that what a strategy computes can be "
    "compared\n"
    "with what the others do; all blocks have one seed, unless --seeds asks for several.\n"
    "\n";
static const char option_outro[] =
    "\n"
    "exit status: 0 all ran; 1 an invocation failed, all ran out of memory, strategies disagreed, "
    "or\n"
    "nothing more could be saved; 2 usage; 130 interrupted, with all that was finished saved\n";

static void option_flags(struct flag flags[OPTIONS]) {
    for (int i = 0; i < OPTIONS; i++)
        flags[i] = option_rows[i].flag;
}

static void option_print_help(const struct flag *flags) {
    fputs(option_intro, stdout);
    flags_help(flags, OPTIONS);
    fputs(option_outro, stdout);
}

static bool option_is_list(const struct option_row *row) {
    return row->kind == KIND_LIST || row->kind == KIND_SWEEPS;
}

static void *option_at(const struct options *o, const struct option_row *row) {
    return (char *)(uintptr_t)o + row->at;
}

// Takes a value; returns what would be accepted, or NULL when it was.
static const char *option_take(struct options *o, const struct option_row *row, const char *value) {
    void *at = option_at(o, row);
    bool good = true;
    switch (row->kind) {
    case KIND_FLAG:
        *(bool *)at = true;
        break;
    case KIND_NAME:
    case KIND_TEXT:
        free(*(char **)at);
        *(char **)at = must(strdup(row->kind == KIND_NAME ? row->flag.name : value));
        break;
    case KIND_LIST:
    case KIND_SWEEPS:
        names_split(at, value, row->kind == KIND_SWEEPS ? '\0' : ',');
        break;
    case KIND_WHOLE:
        good = number_whole(value, (uint64_t)row->min, (uint64_t)row->max, at);
        break;
    case KIND_REAL:
        good = number_real(value, row->min, row->max, at);
        break;
    case KIND_BYTES:
        good = number_bytes(value, at);
    }
    return good ? NULL : row->accepted;
}

// A resumed run takes everything from its folder; a flag that would be ignored is refused.
static bool option_check_resume(const struct options *o, size_t given, char *error,
                                size_t error_bytes) {
    size_t known = (size_t)1 + (o->bench_dir != NULL) + o->retry_failed + (o->engine.count > 0);
    if (o->resume && given > known)
        snprintf(error, error_bytes,
                 "--resume takes everything from the manifest in %s: accepted besides it: "
                 "--bench-dir, --retry-failed, --engine",
                 o->resume);
    else if (!o->resume && o->retry_failed)
        snprintf(error, error_bytes, "--retry-failed goes on with a run: name it by --resume DIR");
    return o->resume ? given <= known : !o->retry_failed;
}

// The flag that was given already and has the place of this one's only value, or NULL.
static const char *option_twice(const bool *given, const struct option_row *row) {
    if (row->kind == KIND_FLAG || option_is_list(row))
        return NULL;
    for (int i = 0; i < OPTIONS; i++)
        if (given[i] && option_rows[i].at == row->at)
            return option_rows[i].flag.name;
    return NULL;
}

static bool option_take_flag(struct options *o, const bool *given, const struct option_row *row,
                             const char *value, char *error, size_t error_bytes) {
    const char *name = row->flag.name, *other = option_twice(given, row);
    const char *accepted = other ? NULL : option_take(o, row, value);
    if (other && !strcmp(other, name))
        snprintf(error, error_bytes, FLAGS_TWICE, name);
    else if (other)
        snprintf(error, error_bytes, "--%s and --%s: accepted: one of them", other, name);
    else if (accepted)
        snprintf(error, error_bytes, "--%s '%s': accepted: %s", name, value, accepted);
    return !other && !accepted;
}

bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes) {
    bool given[OPTIONS] = {false};
    struct flag flags[OPTIONS];
    struct flags f;
    size_t many = 0;
    option_flags(flags);
    *o = (struct options){.seed = UINT64_MAX, .budget_s = -1, .plan = must(strdup("quick"))};
    flags_start(&f, flags, OPTIONS, argc, argv);
    for (int i; (i = flags_next(&f)) != FLAGS_END;) {
        if (i == FLAGS_ERROR)
            snprintf(error, error_bytes, "%s", f.error);
        if (i == FLAGS_ERROR ||
            !option_take_flag(o, given, &option_rows[i], f.value, error, error_bytes))
            return false;
        many += !given[i];
        given[i] = true;
    }
    if (o->execs.count && o->engine.count) {
        snprintf(
            error, error_bytes,
            "--exec makes programs for this run alone: accepted with --engine: --bench-dir DIR, "
            "of programs that harness/runners made");
        return false;
    }
    if (o->incidents.count && !strcmp(o->plan, "quick")) {
        free(o->plan);
        o->plan = must(strdup("incidents"));
    }
    if (flags_rest(&f) < argc) {
        snprintf(error, error_bytes, "unexpected '%s': run takes flags only, see --help",
                 argv[flags_rest(&f)]);
        return false;
    }
    if (o->help)
        option_print_help(flags);
    return o->help || option_check_resume(o, many, error, error_bytes);
}

// ------------------------------------------------------------------------------------------- plans
static bool option_is_given(const struct options *o, const struct option_row *row) {
    const void *at = option_at(o, row);
    switch (row->kind) {
    case KIND_LIST:
    case KIND_SWEEPS:
        return ((const struct names *)at)->count > 0;
    case KIND_REAL:
        return *(const double *)at >= (row->min > 0 ? row->min : 0);
    case KIND_WHOLE:
        return *(const uint64_t *)at >= row->min && *(const uint64_t *)at <= row->max;
    default:
        return *(const uint64_t *)at > 0;
    }
}

// One value of a member, as a flag's would be.
static bool option_take_member(struct options *o, const struct option_row *row, const json_t *value,
                               char *error, size_t error_bytes) {
    char *text = json_is_number(value)   ? text_format("%.17g", json_number_value(value))
                 : json_is_string(value) ? must(strdup(json_string_value(value)))
                                         : must(json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT));
    bool fits = !option_is_list(row) || json_is_string(value);
    const char *accepted = fits ? option_take(o, row, text) : "a text, or a list of texts";
    if (accepted)
        snprintf(error, error_bytes, "\"%s\": %s: accepted: %s", row->member, text, accepted);
    free(text);
    return !accepted;
}

static bool option_take_members(struct options *o, const struct option_row *row, json_t *value,
                                char *error, size_t error_bytes) {
    size_t i;
    json_t *item;
    if (!json_is_array(value) || !option_is_list(row))
        return option_take_member(o, row, value, error, error_bytes);
    json_array_foreach(value, i, item) {
        if (!option_take_member(o, row, item, error, error_bytes))
            return false;
    }
    return true;
}

// A name of an input stays as it is; a path is made whole, for a run is resumed from anywhere.
static void option_whole_paths(struct names *inputs) {
    for (size_t i = 0; i < inputs->count; i++) {
        char *input = inputs->items[i];
        bool path = !strcmp(select_kind(input), "text") || strpbrk(input, "/.");
        char *whole = path ? realpath(input, NULL) : NULL;
        if (whole) {
            free(input);
            inputs->items[i] = whole;
        }
    }
}

bool options_from_plan(struct options *o, const json_t *plan, char *error, size_t error_bytes) {
    if (o->budget_s < 0 && o->blocks) // so many were asked for
        o->budget_s = 0;
    for (const struct option_row *row = option_rows; row < option_rows + OPTIONS; row++) {
        json_t *value = row->member ? json_object_get(plan, row->member) : NULL;
        if (value && !option_is_given(o, row) &&
            !option_take_members(o, row, value, error, error_bytes))
            return false;
    }
    option_whole_paths(&o->inputs);
    o->seed = o->seed == UINT64_MAX ? 1 : o->seed;
    o->blocks = o->blocks ? o->blocks : STATS_FULL_COVERAGE;
    o->budget_s = o->budget_s < 0 ? 0 : o->budget_s;
    o->seeds = o->seeds ? o->seeds : 1;
    o->timeout_s = o->timeout_s > 0 ? o->timeout_s : 60;
    o->steps_factor = o->steps_factor > 0 ? o->steps_factor : 1;
    return true;
}

static json_t *option_json(const struct options *o, const struct option_row *row) {
    const void *at = option_at(o, row);
    if (row->kind == KIND_REAL)
        return json_real(*(const double *)at);
    if (!option_is_list(row))
        return json_integer((json_int_t) * (const uint64_t *)at);
    const struct names *list = at;
    json_t *array = must(json_array());
    for (size_t n = 0; n < list->count; n++)
        json_array_append_new(array, json_string(list->items[n]));
    return array;
}

void options_to_plan(const struct options *o, json_t *plan) {
    for (const struct option_row *row = option_rows; row < option_rows + OPTIONS; row++)
        if (row->member && option_is_given(o, row))
            json_object_set_new(plan, row->member, option_json(o, row));
}

bool options_has_axes(const struct options *o) {
    return o->sweeps.count || o->grids.count || o->variants.count;
}

void options_members(struct names *names) {
    for (int i = 0; i < OPTIONS; i++)
        if (option_rows[i].member)
            names_add(names, option_rows[i].member);
}

void options_free(struct options *o) {
    for (const struct option_row *row = option_rows; row < option_rows + OPTIONS; row++) {
        if (option_is_list(row))
            names_free(option_at(o, row));
        if (row->kind == KIND_TEXT)
            free(*(char **)option_at(o, row));
    }
}
