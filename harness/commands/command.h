// command.h - what a subcommand of heapbench is, and how its file enters it into the list.

#ifndef HEAPBENCH_COMMAND_H
#define HEAPBENCH_COMMAND_H

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

// COMMAND - the last line of a subcommand's file: NAME_main is run for `heapbench NAME`.
#define COMMAND(identifier, text)                                                                  \
    __attribute__((constructor)) static void command_add_##identifier(void) {                      \
        static struct command command = {#identifier, identifier##_main, text, NULL};              \
        command_register(&command);                                                                \
    }

#endif
