// options.c - see options.h.

#include "options.h"

#include "base/number.h"
#include "describe.h"
#include "workloads.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: %s-%s [--benchmark_...]\n"
    "       %s-%s --workload NAME [options] [--record FILE | --benchmark_...]\n"
    "       %s-%s --describe\n"
    "\n"
    "  --workload NAME     the workload to run; comes before --param; without it: all, at their "
    "defaults\n"
    "  --param NAME=VALUE  a parameter of the workload\n"
    "  --set NAME=VALUE    a tunable of the strategy\n"
    "  --steps N           how many steps (only with --record; else the library decides); 0: the "
    "usual\n"
    "  --seed N            of the workload's choices, default 1\n"
    "  --arrivals RATE     so many steps a second, due at random moments that the seed draws; 0: "
    "each\n"
    "                      step begins when the one before is over\n"
    "  --heap-limit BYTES  most memory the heap may hold, 0: no limit\n"
    "  --input PATH        what the workload reads: a file or folder of text, "
    "default " INPUT_DEFAULT_PATH ";\n"
    "                      for replay a trace, or the name of one in workloads/traces; for\n"
    "                      scenario the name of one in workloads/scenarios or a folder of "
    "SCENARIO_PATH, or a path\n"
    "  --record FILE       run once and write one record (results/README.md)\n"
    "  --marks N           note at N moments what is held and resident; 0: do not\n"
    "  --audit N           the same, and see at N moments what is reachable: floating garbage; 0: "
    "do not. Only\n"
    "                      count-NAME, which counts\n"
    "  --lives FILE        count-oracle writes when each object died; from that, count-NAME tells "
    "how\n"
    "                      late it released each\n"
    "  --no-graph          leave out the checksum of what is reachable at the end\n"
    "  --describe          print the strategy, its tunables and the workloads as JSON\n"
    "  --help              this text, then the flags of the benchmark library\n";

static const char *const which = HEAP_COUNTING ? "count" : "bench";

void options_help(void) {
    const char *name = heap_strategy.name;
    printf(usage, which, name, which, name, which, name);
}

void options_say(const char *format, ...) {
    va_list values;
    va_start(values, format);
    fprintf(stderr, "%s-%s: ", which, heap_strategy.name);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
}

static void options_fail(const char *problem, const char *what, const char *accepted) {
    options_say("%s '%s': give %s", problem, what, accepted);
    exit(EXIT_USAGE);
}

static uint64_t options_number(const char *flag, const char *text) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || end == text || *end || *text == '-')
        options_fail(flag, text, "a whole number from 0 on");
    return value;
}

static double options_rate(const char *text) {
    double rate;
    if (!number_real(text, 0, 1e9, &rate))
        options_fail("--arrivals", text, "steps per second, at most 1e9, or 0");
    return rate;
}

static void options_set(const struct setting *table, size_t count, double *values,
                        const char *assignment, const char *what) {
    char name[64], accepted[256];
    const char *equals = strchr(assignment, '=');
    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - assignment) : 0, assignment);
    const struct setting *s = setting_find(table, count, name);
    if (!s)
        options_fail(what, assignment, "NAME=VALUE with a name that --describe lists");
    if (setting_parse(s, equals + 1, &values[s - table]) == 0)
        return;
    setting_accepts(s, accepted, sizeof accepted);
    options_fail(what, assignment, accepted);
}

static struct invocation_plan *options_workload(const char *name) {
    const struct workload *w = workload_find(name);
    if (!w)
        options_fail("no workload", name, "a name that --describe lists");
    struct invocation_plan *plan = invocation_plan_new(w);
    if (!plan) {
        options_say("out of memory");
        exit(EXIT_RUN_FAILED);
    }
    return plan;
}

static void options_describe(void) {
    json_t *json = describe();
    json_dumpf(json, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(json);
    exit(fflush(stdout) == 0 ? EXIT_OK : EXIT_RUN_FAILED);
}

static struct invocation_plan *options_need_plan(const struct options *o, const char *flag) {
    if (!o->plan)
        options_fail("flag before --workload", flag, "--workload NAME first");
    return o->plan;
}

// What count-NAME alone can do, and what goes into a record alone.
static void options_counting(const struct options *o, bool given, const char *flag) {
    if (given && !HEAP_COUNTING) {
        options_say("flag of the counting build '%s': give it to count-%s", flag,
                    heap_strategy.name);
        exit(EXIT_USAGE);
    }
    if (given && !o->record_path)
        options_fail("flag without --record", flag, "--record FILE as well");
}

void options_parse(struct options *o, int argc, char **argv) {
    static const struct option flags[] = {{"workload", required_argument, NULL, 'w'},
                                          {"param", required_argument, NULL, 'p'},
                                          {"set", required_argument, NULL, 't'},
                                          {"steps", required_argument, NULL, 'n'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"heap-limit", required_argument, NULL, 'l'},
                                          {"arrivals", required_argument, NULL, 'v'},
                                          {"input", required_argument, NULL, 'i'},
                                          {"record", required_argument, NULL, 'r'},
                                          {"audit", required_argument, NULL, 'a'},
                                          {"marks", required_argument, NULL, 'm'},
                                          {"lives", required_argument, NULL, 'f'},
                                          {"no-graph", no_argument, NULL, 'g'},
                                          {"describe", no_argument, NULL, 'd'},
                                          {NULL, 0, NULL, 0}};
    opterr = 0; // one line of our own instead
    *o = (struct options){.input_path = NULL};
    for (int flag; (flag = getopt_long(argc, argv, "", flags, NULL)) != -1;) {
        struct invocation_plan *p =
            strchr("ptnslavmfg", flag) ? options_need_plan(o, argv[optind - 1]) : NULL;
        switch (flag) {
        case 'w':
            o->plan = options_workload(optarg);
            break;
        case 'p':
            options_set(p->workload->params, p->workload->param_count, p->params, optarg,
                        "--param");
            break;
        case 't':
            options_set(heap_strategy.tunables, heap_strategy.tunable_count, p->tunables, optarg,
                        "--set");
            break;
        case 'n':
            p->steps = options_number("--steps", optarg);
            break;
        case 's':
            p->seed = options_number("--seed", optarg);
            break;
        case 'l':
            p->heap_limit_bytes = options_number("--heap-limit", optarg);
            break;
        case 'v':
            p->arrivals = options_rate(optarg);
            break;
        case 'i':
            o->input_path = optarg;
            break;
        case 'r':
            o->record_path = optarg;
            break;
        case 'a':
            p->checkpoints = options_number("--audit", optarg);
            p->audits = p->checkpoints > 0;
            break;
        case 'm':
            p->checkpoints = options_number("--marks", optarg);
            break;
        case 'f':
            p->lives_path = optarg;
            break;
        case 'g':
            p->graph = false;
            break;
        case 'd':
            options_describe();
            break;
        default:
            options_fail("unknown or incomplete flag", argv[optind - 1],
                         "one of those that --help lists");
        }
    }
    if (optind < argc)
        options_fail("unexpected argument", argv[optind], "flags only, see --help");
    if (o->record_path && !o->plan)
        options_fail("--record", o->record_path, "--workload NAME as well");
    options_counting(o, o->plan && o->plan->audits, "--audit");
    options_counting(o, o->plan && o->plan->lives_path, "--lives");
    if (o->plan && o->plan->lives_path && !(heap_strategy.traits & HEAP_INSTRUMENT) &&
        access(o->plan->lives_path, R_OK))
        options_fail("--lives", o->plan->lives_path,
                     "a file that count-oracle --lives has written for the same program");
}
