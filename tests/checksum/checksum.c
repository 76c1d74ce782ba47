// checksum.c - runs programs on one strategy and prints what they saw and left.
//
//   checksum-NAME <PROGRAMS   a line is the flags of bench-NAME; so is the line that answers it:
//                             "ok observed graph", what records have under these names
//
// In one process, which measures nothing: to start one, to measure and to write a record takes
// several times as long as a short program. What a worker does in a phase of a scenario, the
// process does itself, so that it shows in the graph.

#include "runner/drive.h"
#include "runner/options.h"
#include "runner/reads.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 64 };

static void checksum_nothing(void *context) {
    (void)context;
}

static _Noreturn void checksum_fail(const char *why) {
    options_say("%s", why);
    exit(EXIT_USAGE);
}

// The program, from an empty heap on. Returns 0 or ENOMEM.
static int checksum_drive(struct mutator *m, const struct invocation_plan *plan) {
    int error = drive_prepare(m, plan);
    if (error)
        return error;
    m->heap = heap_new(
        &(struct heap_config){.tunables = plan->tunables, .limit_bytes = plan->heap_limit_bytes});
    if (!m->heap || drive_enter(m, plan))
        return ENOMEM;
    error = drive_setup(m, plan);
    return error ? error : drive_steps(m, plan, 0, plan->steps, checksum_nothing, NULL);
}

// Flushed at once, so that it is there even when the next program ends the process.
static void checksum_run(const struct invocation_plan *plan) {
    struct mutator m = {.state = calloc(1, plan->workload->state_bytes + 1)};
    struct graph graph;
    int error = m.state ? checksum_drive(&m, plan) : ENOMEM;
    if (!error)
        error = graph_read(m.heap, m.registers, m.register_count, &graph);
    if (error)
        puts(strerror(error));
    else
        printf("ok 0x%016" PRIx64 " 0x%016" PRIx64 "\n", m.observed, graph.checksum);
    fflush(stdout);
    heap_free(m.heap);
    if (plan->workload->teardown)
        plan->workload->teardown(&m);
    free(m.state);
}

static void checksum_program(int argc, char **argv) {
    struct options o;
    char error[512];
    optind = 0; // getopt begins again
    options_parse(&o, argc, argv);
    if (!o.plan)
        checksum_fail("a line without --workload: give the flags of bench-NAME");
    if (reads_load(o.plan, o.input_path, error, sizeof error)) {
        o.plan->steps = o.plan->steps ? o.plan->steps : reads_steps(o.plan);
        checksum_run(o.plan);
    } else {
        puts(error);
    }
    reads_free(o.plan);
    invocation_plan_free(o.plan);
}

int main(int argc, char **argv) {
    char line[4096], *words[MOST_WORDS + 1] = {argv[0]};
    if (argc != 1)
        checksum_fail("unexpected argument: give lines of flags on stdin");
    while (fgets(line, sizeof line, stdin)) {
        int count = 1;
        for (char *word = strtok(line, " \n"); word && count < MOST_WORDS;
             word = strtok(NULL, " \n"))
            words[count++] = word;
        words[count] = NULL;
        checksum_program(count, words);
    }
    return 0;
}
