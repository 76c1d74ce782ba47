// instructions.c - see instructions.h.

#include "instructions.h"

#include "base/child.h"
#include "base/must.h"
#include "base/text.h"
#include "invoke.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

// Callgrind runs some 50 times slower than the machine, so a small share of a run's steps has to do.
enum { COUNTED_SHARE = 40, OUTPUT_BYTES = 8192, TIMEOUT_S = 300 };

static char *temporary_path(void) {
    const char *folder = getenv("TMPDIR");
    return text_format("%s/heapbench-counting.%d", folder && *folder ? folder : "/tmp",
                       (int)getpid());
}

static struct names counting_command(const struct invoke *invoke, const char *record_path) {
    static const char *const valgrind[] = {"/usr/bin/env", "valgrind", "--tool=callgrind",
                                           "--callgrind-out-file=/dev/null"};
    struct names command = {0}, plain = invoke_command(invoke, record_path);
    for (size_t i = 0; i < sizeof valgrind / sizeof *valgrind; i++)
        names_add(&command, valgrind[i]);
    for (size_t i = 0; i < plain.count; i++)
        names_add(&command, plain.items[i]);
    names_free(&plain);
    return command;
}

// "==123== Collected : 456" of the output; NAN when it is not there. The first one is that of the
// forked copy which walks the graph when the steps are over (runner/invocation.c): it has neither
// what settles the heap nor what writes the record, both of which grow with the steps.
static double collected(const char *output) {
    double instructions;
    const char *line = strstr(output, "Collected : ");
    return line && sscanf(line, "Collected : %lf", &instructions) == 1 ? instructions : NAN;
}

static double count_run(const struct invoke *invoke, char *error, size_t error_bytes) {
    char *record_path = temporary_path();
    struct names command = counting_command(invoke, record_path);
    struct names environment = invoke_environment(invoke, 0);
    struct child_result r =
        child_run(&(struct child_options){.arguments = names_vector(&command),
                                          .environment = names_vector(&environment),
                                          .timeout_s = TIMEOUT_S,
                                          .interrupt_fd = -1,
                                          .errors_too = true,
                                          .keep_bytes = OUTPUT_BYTES});
    double instructions = r.error || r.status ? NAN : collected(r.output);
    if (isnan(instructions))
        snprintf(error, error_bytes, "%s: valgrind did not count it: %s", invoke->cell->key,
                 r.timed_out ? "it took too long"
                 : r.error   ? strerror(r.error)
                             : "is it installed? (Debian: valgrind)");
    unlink(record_path);
    free(r.output);
    free(record_path);
    names_free(&command);
    names_free(&environment);
    return instructions;
}

double instructions_per_step(const struct catalog *catalog, const struct cell *cell, uint64_t steps,
                             uint64_t seed, char *error, size_t error_bytes) {
    struct invoke invoke = {.catalog = catalog, .cell = cell, .seed = seed};
    uint64_t few = steps / COUNTED_SHARE ? steps / COUNTED_SHARE : 1;
    invoke.steps = few;
    double short_run = count_run(&invoke, error, error_bytes);
    if (isnan(short_run))
        return NAN;
    invoke.steps = 2 * few;
    return (count_run(&invoke, error, error_bytes) - short_run) / (double)few;
}
