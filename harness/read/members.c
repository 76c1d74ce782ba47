// members.c - a virtual table that walks a part of the record.

#include "members.h"

#include "base/must.h"
#include "reading.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_ELEMENTS = 9 };
enum {
    MEMBERS_KEY,
    MEMBERS_VALUE,
    MEMBERS_NAME,
    MEMBERS_FIRST,
    MEMBERS_PATH = MEMBERS_FIRST + MEMBERS_ELEMENTS
};

struct members_table {
    sqlite3_vtab base; // SQLite's, first
    struct reading *reading;
};

struct members_cursor {
    sqlite3_vtab_cursor base; // SQLite's, first
    struct parsed_walk walk;
    size_t place; // of the walk's value
    struct parsed element[MEMBERS_ELEMENTS];
};

static int members_connect(sqlite3 *db, void *reading, int count, const char *const *arguments,
                           sqlite3_vtab **table, char **error) {
    (void)count, (void)arguments, (void)error;
    struct members_table *made = sqlite3_malloc(sizeof *made);
    if (!made)
        return SQLITE_NOMEM;
    *made = (struct members_table){.reading = reading};
    *table = &made->base;
    return sqlite3_declare_vtab(db, "create table members(key, value, name, c0, c1, c2, c3, c4, "
                                    "c5, c6, c7, c8, path hidden)");
}

static int members_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int members_plan(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedCost = 10;
    info->estimatedRows = 10;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn != MEMBERS_PATH)
            continue;
        if (!info->aConstraint[i].usable)
            return SQLITE_CONSTRAINT;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
    }
    return SQLITE_OK;
}

static int members_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    (void)table;
    struct members_cursor *made = sqlite3_malloc(sizeof *made);
    if (!made)
        return SQLITE_NOMEM;
    *made = (struct members_cursor){0};
    *cursor = &made->base;
    return SQLITE_OK;
}

static int members_close(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

// All columns at once: to an element one walks from the first.
static void members_look(struct members_cursor *c) {
    memset(c->element, 0, sizeof c->element);
    if (!c->walk.there || parsed_kind(c->walk.value) != PARSED_ARRAY)
        return;
    struct parsed_walk part = parsed_first(c->walk.value);
    for (size_t i = 0; i < MEMBERS_ELEMENTS && part.there; i++, parsed_next(&part))
        c->element[i] = part.value;
}

static int members_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                          sqlite3_value **values) {
    (void)number, (void)text;
    struct members_cursor *c = (struct members_cursor *)cursor;
    const struct members_table *table = (const struct members_table *)cursor->pVtab;
    const char *path = count ? (const char *)sqlite3_value_text(values[0]) : NULL;
    c->walk = parsed_first(reading_member(table->reading, path));
    c->place = 0;
    members_look(c);
    return SQLITE_OK;
}

static int members_next(sqlite3_vtab_cursor *cursor) {
    struct members_cursor *c = (struct members_cursor *)cursor;
    parsed_next(&c->walk);
    c->place++;
    members_look(c);
    return SQLITE_OK;
}

static int members_eof(sqlite3_vtab_cursor *cursor) {
    return !((const struct members_cursor *)cursor)->walk.there;
}

static void members_result(sqlite3_context *context, struct parsed value) {
    int64_t integer;
    double number;
    const char *text;
    if (parsed_integer(value, &integer))
        sqlite3_result_int64(context, integer);
    else if (parsed_number(value, &number))
        sqlite3_result_double(context, number);
    else if (parsed_kind(value) == PARSED_BOOLEAN)
        sqlite3_result_int(context, parsed_true(value));
    else if ((text = parsed_text(value))) // the record outlives the statement's step
        sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

static int members_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const struct members_cursor *c = (const struct members_cursor *)cursor;
    if (column == MEMBERS_KEY && c->walk.name)
        sqlite3_result_text(context, c->walk.name, -1, SQLITE_STATIC);
    else if (column == MEMBERS_KEY)
        sqlite3_result_int64(context, (sqlite3_int64)c->place);
    else if (column == MEMBERS_NAME)
        members_result(context, parsed_member(c->walk.value, "name", strlen("name")));
    else
        members_result(context, column == MEMBERS_VALUE ? c->walk.value
                                                        : c->element[column - MEMBERS_FIRST]);
    return SQLITE_OK;
}

static int members_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row) {
    *row = (sqlite3_int64)((const struct members_cursor *)cursor)->place;
    return SQLITE_OK;
}

int members_register(sqlite3 *db, struct reading *reading) {
    static const sqlite3_module module = {.xConnect = members_connect,
                                          .xBestIndex = members_plan,
                                          .xDisconnect = members_disconnect,
                                          .xOpen = members_open,
                                          .xClose = members_close,
                                          .xFilter = members_filter,
                                          .xNext = members_next,
                                          .xEof = members_eof,
                                          .xColumn = members_column,
                                          .xRowid = members_rowid};
    return sqlite3_create_module_v2(db, "members", &module, reading, NULL);
}
