// command.h - what a subcommand of heapbench is, how its file enters it into the list, and what several share.

#ifndef HEAPBENCH_COMMAND_H
#define HEAPBENCH_COMMAND_H

#include <stddef.h>

// run  argv[0] is the subcommand's name; returns an exit status (base/status.h)
// what one line for --help
struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
    struct command *next;
};

// command_first - all of them, by name. command_register - add one, before main.
const struct command *command_first(void);
void command_register(struct command *command);

struct rows;
struct sqlite3;

// command_rows - what a query answers (show/rows.h); NULL after a line on stderr that begins with the command's name.
struct rows *command_rows(const char *name, struct sqlite3 *db, const char *sql);
// command_lines - prints the first column, a line each, with a text before it. Returns how many there are.
size_t command_lines(const char *name, struct sqlite3 *db, const char *sql, const char *before);

// COMMAND - the last line of a subcommand's file: NAME_main is run for `heapbench NAME`.
#define COMMAND(identifier, text)                                                                  \
    __attribute__((constructor)) static void command_add_##identifier(void) {                      \
        static struct command command = {#identifier, identifier##_main, text, NULL};              \
        command_register(&command);                                                                \
    }

#endif
