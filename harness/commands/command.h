// command.h - what a subcommand is, how its file enters it into the list, and what several share.

#ifndef HEAPBENCH_COMMAND_H
#define HEAPBENCH_COMMAND_H

#include "base/flags.h"

#include <stddef.h>

// What was asked of a subcommand.
// flag      a value for each flag of its table: NULL where it was not given, "" for one that takes
//           none
// operands  count of them; argv is all of it, argv[0] the subcommand
struct call {
    const char **flag;
    char **operands;
    int count, argc;
    char **argv;
};

// what    one line for --help of all
// usage, after  what --help says before the flags, and after them (or NULL); usage "": it reads
//               argv itself
// more    prints what else --help says before the flags, or is NULL
// flags   but --help, which every one has
// prepare changes argv before it is read, or is NULL
// run     returns an exit status (base/status.h)
struct command {
    const char *name, *what, *usage, *after;
    const struct flag *flags;
    size_t flag_count;
    int (*run)(const struct call *call);
    void (*more)(void), (*prepare)(int argc, char **argv);
    struct command *next;
};

// command_run - reads the flags, answers --help, and else does it. Returns an exit status.
int command_run(const struct command *command, int argc, char **argv);

// command_fail - prints what is wrong on a line of stderr that begins with the command's name.
// Returns the status.
int command_fail(const char *name, const char *error, int status);

// command_first - all of them, by name. command_register - add one, before main.
const struct command *command_first(void);
void command_register(struct command *command);

struct rows;
struct sqlite3;

// command_rows - what a query answers (show/rows.h); NULL after a line on stderr that begins with
// the command's name.
struct rows *command_rows(const char *name, struct sqlite3 *db, const char *sql);
// command_lines - prints the first column, a line each, with a text before it. Returns how many
// there are.
size_t command_lines(const char *name, struct sqlite3 *db, const char *sql, const char *before);

// COMMAND - the last line of a subcommand's file: for `heapbench NAME`, NAME_usage is printed or
// NAME_main run. More members of struct command may follow. COMMAND_FLAGS - its table of flags.
#define COMMAND(identifier, text, ...)                                                             \
    __attribute__((constructor)) static void command_add_##identifier(void) {                      \
        static struct command command = {.name = #identifier,                                      \
                                         .what = text,                                             \
                                         .usage = identifier##_usage,                              \
                                         .run = identifier##_main,                                 \
                                         __VA_ARGS__};                                             \
        command_register(&command);                                                                \
    }
#define COMMAND_FLAGS(table) .flags = table, .flag_count = sizeof(table) / sizeof *(table)

#endif
