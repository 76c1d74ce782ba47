// options.h - the runner's own flags; those of the benchmark library are taken out before.

#ifndef HEAPBENCH_OPTIONS_H
#define HEAPBENCH_OPTIONS_H

#include "invocation.h"

enum { EXIT_OK = 0, EXIT_RUN_FAILED = 1, EXIT_USAGE = 2 };

struct options {
    struct invocation_plan *plan; // NULL: every workload, at its defaults
    const char *record_path;      // NULL: by hand
    const char *input_path;       // NULL: what the workload reads by default
    int error; // set by the run: 0, or why an invocation could not be made or recorded
};

// options_parse - reads the command line. On anything wrong it prints one line that says what would
// be accepted, and exits with EXIT_USAGE; --describe prints and exits.
void options_parse(struct options *o, int argc, char **argv);

// options_help - the text of --help.
void options_help(void);

// options_say - a line on stderr, which begins with the program's name.
void options_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
