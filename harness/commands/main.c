// main.c - build/heapbench: plans the matrix, runs it, reports, exports, compares. Knows no
// strategy by name.

#include "advise.h"
#include "base/names.h"
#include "base/status.h"
#include "base/suggest.h"
#include "list.h"
#include "report.h"
#include "run.h"

#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
};

static const struct command commands[] = {
    {"list", list_main, "what there is to run: strategies, workloads, backing allocators"},
    {"run", run_main, "measure what a plan says"},
    {"work", work_main, "do the jobs of some lines of a file"},
    {"report", report_main, "tables, plots and report.html of a run, made again"},
    {"advise", advise_main, "which strategy of a run to take within limits of memory and latency"},
    {"export", export_main, "a run in the formats of other tools"},
    {"query", query_main, "ask a run in SQL"},
    {"claims", claims_main, "judge what must hold: peers, baseline, or a file of your own"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int main_help(FILE *out, int status) {
    fputs("usage: heapbench COMMAND [flags]\n\n", out);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
    fputs("\nheapbench COMMAND --help describes each.\n"
          "exit status: 0 ok, 1 a run failed, 2 usage, 3 regression found, 130 interrupted\n",
          out);
    return status;
}

static int main_unknown(const char *word) {
    char line[512];
    struct names known = {0};
    for (int i = 0; i < COMMANDS; i++)
        names_add(&known, commands[i].name);
    suggest_unknown(line, sizeof line, "command", word, &known);
    names_free(&known);
    fprintf(stderr, "heapbench: %s\n", line);
    return STATUS_USAGE;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return main_help(stderr, STATUS_USAGE);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
        return main_help(stdout, STATUS_OK);
    for (int i = 0; i < COMMANDS; i++)
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    return main_unknown(argv[1]);
}
