// command.c - the list of subcommands. Constructors build it, before main, so it has to be static.

#include "command.h"

#include <string.h>

static struct command *first;

void command_register(struct command *command) {
    struct command **place = &first;
    while (*place && strcmp((*place)->name, command->name) < 0)
        place = &(*place)->next;
    command->next = *place;
    *place = command;
}

const struct command *command_first(void) {
    return first;
}
