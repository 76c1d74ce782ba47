// command.c - the list of subcommands, which constructors build before main, so that it has to be static; and how they ask.

#include "command.h"

#include "show/rows.h"

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

struct rows *command_rows(const char *name, sqlite3 *db, const char *sql) {
    char error[4096];
    struct rows *rows = rows_query(db, sql, error, sizeof error);
    if (!rows)
        fprintf(stderr, "heapbench %s: %s\n", name, error);
    return rows;
}

size_t command_lines(const char *name, sqlite3 *db, const char *sql, const char *before) {
    struct rows *rows = command_rows(name, db, sql);
    size_t count = rows ? rows->count : 0;
    for (size_t i = 0; i < count; i++)
        printf("%s%s\n", before, rows_text(rows, i, 0));
    rows_free(rows);
    return count;
}
