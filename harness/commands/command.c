// command.c - the list of subcommands (static: constructors build it before main); how they ask.

#include "command.h"

#include "base/must.h"
#include "base/status.h"
#include "base/text.h"
#include "show/rows.h"

#include <stdlib.h>
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

int command_fail(const char *name, const char *error, int status) {
    char *plain = text_plain(error);
    fprintf(stderr, "heapbench %s: %s\n", name, plain);
    free(plain);
    return status;
}

static int command_help(const struct command *c, const struct flag *flags) {
    puts(c->usage);
    if (c->more)
        c->more();
    flags_help(flags, c->flag_count + 1);
    if (c->after)
        printf("\n%s\n", c->after);
    return STATUS_OK;
}

int command_run(const struct command *c, int argc, char **argv) {
    size_t help = c->flag_count;
    struct flag *flags = must(calloc(help + 1, sizeof *flags));
    const char **values = must(calloc(help + 1, sizeof *values));
    char error[1024];
    if (help)
        memcpy(flags, c->flags, help * sizeof *flags);
    flags[help] = (struct flag){"help", NULL, "this text"};
    if (c->prepare)
        c->prepare(argc, argv);
    int at = *c->usage ? flags_all(flags, help + 1, argc, argv, values, error, sizeof error) : 1;
    struct call call = {values, argv + at, argc - at, argc, argv};
    int status = at == FLAGS_ERROR ? command_fail(c->name, error, STATUS_USAGE)
                 : values[help]    ? command_help(c, flags)
                                   : c->run(&call);
    free(values);
    free(flags);
    return status;
}

struct rows *command_rows(const char *name, sqlite3 *db, const char *sql) {
    char error[4096];
    struct rows *rows = rows_query(db, sql, error, sizeof error);
    if (!rows)
        command_fail(name, error, STATUS_FAILED);
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
