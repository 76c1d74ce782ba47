// sql.h - asks a database in memory, for tests of what the SQL of results/ says.

#ifndef SQL_H
#define SQL_H

#include "base/file.h"
#include "base/text.h"
#include "read/functions.h"
#include "read/load.h"
#include "read/reading.h"
#include "show/question.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline void sql_run(sqlite3 *db, const char *sql) {
    char *problem = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &problem) != SQLITE_OK)
        fail_msg("%s: %s", sql, problem);
}

// A file of the source tree.
static inline void sql_run_file(sqlite3 *db, const char *name) {
    char error[512];
    if (!load_home(db, name, error, sizeof error))
        fail_msg("%s", error);
}

// An empty one, with the functions of read/functions.h.
static inline sqlite3 *sql_open(void) {
    sqlite3 *db;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(functions_register(db), SQLITE_OK);
    return db;
}

// A run without records, as questions of the page find it.
static inline int sql_open_run(void **state) {
    sqlite3 *db = sql_open();
    questions_functions(db);
    sql_run_file(db, "results/schema.sql");
    *state = db;
    return 0;
}

static inline int sql_close(void **state) {
    sqlite3_close(*state);
    return 0;
}

// All rows, columns parted by blanks and rows by semicolons; unknown is "-".
static inline void sql_expect(sqlite3 *db, const char *sql, const char *answer) {
    sqlite3_stmt *s;
    struct text text;
    text_open(&text);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    for (int row = 0; sqlite3_step(s) == SQLITE_ROW; row++)
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const char *value = (const char *)sqlite3_column_text(s, i);
            fprintf(text.file, "%s%s", i ? " " : row ? "; " : "", value ? value : "-");
        }
    text_close(&text);
    sqlite3_finalize(s);
    assert_string_equal(text.data, answer);
    text_free(&text);
}

// Let SQL see this record; the parser keeps it.
static inline void sql_record(struct reading *reading, struct parser *parser, const char *json) {
    struct parsed record = parser_read(parser, json, strlen(json));
    assert_non_null(record.document);
    reading_set(reading, record);
}

// The expression of a metric over the record that is being read (read/reading.h).
static inline void sql_expect_metric(sqlite3 *db, const char *name, const char *answer) {
    char *sql = sqlite3_mprintf("select expression from metric where name = %Q", name);
    sqlite3_stmt *row = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    char *expression = text_format("select %s", (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    sql_expect(db, expression, answer);
    free(expression);
    sqlite3_free(sql);
}

// Columns of what a file of the source tree asks, as sql_expect.
static inline void sql_expect_file(sqlite3 *db, const char *name, const char *columns,
                                   const char *answer) {
    char *sql = file_home_text(name);
    assert_non_null(sql);
    char *whole =
        text_format("select %s from (%.*s)", columns, (int)(strrchr(sql, ';') - sql), sql);
    sql_expect(db, whole, answer);
    free(whole);
    free(sql);
}

#endif
