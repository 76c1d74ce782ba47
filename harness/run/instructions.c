// instructions.c - runs a job twice under callgrind and reads what it collected.

#include "instructions.h"

#include "base/child.h"
#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

// Callgrind runs some 50 times slower than the machine, so a small share of a run's steps has to
// do.
enum { COUNTED_SHARE = 40, OUTPUT_BYTES = 8192, TIMEOUT_S = 300 };

static struct names counting_command(const struct work *work, const struct job *job,
                                     const char *record_path) {
    // Walking the graph is no step, and takes 64,000 instructions more or less by whether its table
    // comes from memory that malloc must clear: of 30 steps of mutable_list 5 %. In this order:
    // toggling turns collecting off at the start.
    static const char *const valgrind[] = {"/usr/bin/env",
                                           "valgrind",
                                           "--tool=callgrind",
                                           "--callgrind-out-file=/dev/null",
                                           "--toggle-collect=copy_start",
                                           "--collect-atstart=yes"};
    struct names command = {0}, plain = work_command(work, job, record_path);
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
static double counting_collected(const char *output) {
    double instructions;
    const char *line = strstr(output, "Collected : ");
    return line && sscanf(line, "Collected : %lf", &instructions) == 1 ? instructions : NAN;
}

static double counting_run(const struct work *work, const struct job *job, bool *interrupted,
                           char *error, size_t error_bytes) {
    char *record_path = text_format("%s/spool/running.%d", work->dir, (int)getpid());
    struct names command = counting_command(work, job, record_path);
    struct names environment = work_environment(job, 0);
    struct child_result r =
        child_run(&(struct child_options){.arguments = names_vector(&command),
                                          .environment = names_vector(&environment),
                                          .timeout_s = TIMEOUT_S,
                                          .interrupt_fd = work->interrupt_fd,
                                          .errors_too = true,
                                          .keep_bytes = OUTPUT_BYTES});
    double instructions = r.error || r.status ? NAN : counting_collected(r.output);
    *interrupted |= !r.error && r.interrupted;
    if (isnan(instructions))
        snprintf(error, error_bytes, "%s: valgrind did not count it: %s", job->cell,
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

double instructions_per_step(const struct work *work, const struct job *job, bool *interrupted,
                             char *error, size_t error_bytes) {
    struct job counted = *job;
    uint64_t few = job->steps / COUNTED_SHARE ? job->steps / COUNTED_SHARE : 1;
    counted.observe = (struct observe){.graph = true}; // whose copy ends the counting
    counted.rate = 0;
    counted.steps = few;
    double short_run = counting_run(work, &counted, interrupted, error, error_bytes);
    if (isnan(short_run))
        return NAN;
    counted.steps = 2 * few;
    return (counting_run(work, &counted, interrupted, error, error_bytes) - short_run) /
           (double)few;
}
