// members.c - a virtual table that walks what jansson has read.

#include "members.h"

#include "base/must.h"
#include "reading.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_KEY, MEMBERS_VALUE, MEMBERS_NAME, MEMBERS_FIRST, MEMBERS_PATH = MEMBERS_FIRST + 9 };

struct members_table {
    sqlite3_vtab base; // SQLite's, first
    const struct reading *reading;
};

struct members_cursor {
    sqlite3_vtab_cursor base; // SQLite's, first
    const json_t *whole;
    void *member; // of an object: where the walk is
    size_t place;
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

static int members_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                          sqlite3_value **values) {
    (void)number, (void)text;
    struct members_cursor *c = (struct members_cursor *)cursor;
    const struct members_table *table = (const struct members_table *)cursor->pVtab;
    const char *path = count ? (const char *)sqlite3_value_text(values[0]) : NULL;
    c->whole = reading_member(table->reading, path);
    c->member = json_object_iter((json_t *)(uintptr_t)c->whole);
    c->place = 0;
    return SQLITE_OK;
}

static int members_next(sqlite3_vtab_cursor *cursor) {
    struct members_cursor *c = (struct members_cursor *)cursor;
    if (c->member)
        c->member = json_object_iter_next((json_t *)(uintptr_t)c->whole, c->member);
    c->place++;
    return SQLITE_OK;
}

static int members_eof(sqlite3_vtab_cursor *cursor) {
    const struct members_cursor *c = (const struct members_cursor *)cursor;
    return !c->member && c->place >= json_array_size(c->whole);
}

static void members_result(sqlite3_context *context, const json_t *value) {
    if (json_is_integer(value))
        sqlite3_result_int64(context, json_integer_value(value));
    else if (json_is_real(value))
        sqlite3_result_double(context, json_real_value(value));
    else if (json_is_boolean(value))
        sqlite3_result_int(context, json_is_true(value));
    else if (json_is_string(value)) // the record outlives the statement's step
        sqlite3_result_text(context, json_string_value(value), -1, SQLITE_STATIC);
}

static int members_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const struct members_cursor *c = (const struct members_cursor *)cursor;
    const json_t *value =
        c->member ? json_object_iter_value(c->member) : json_array_get(c->whole, c->place);
    if (column == MEMBERS_KEY && c->member)
        sqlite3_result_text(context, json_object_iter_key(c->member), -1, SQLITE_STATIC);
    else if (column == MEMBERS_KEY)
        sqlite3_result_int64(context, (sqlite3_int64)c->place);
    else if (column == MEMBERS_NAME)
        members_result(context, json_object_get(value, "name"));
    else
        members_result(context, column == MEMBERS_VALUE
                                    ? value
                                    : json_array_get(value, (size_t)column - MEMBERS_FIRST));
    return SQLITE_OK;
}

static int members_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row) {
    *row = (sqlite3_int64)((const struct members_cursor *)cursor)->place;
    return SQLITE_OK;
}

int members_register(sqlite3 *db, const struct reading *reading) {
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
    return sqlite3_create_module_v2(db, "members", &module, (void *)(uintptr_t)reading, NULL);
}
