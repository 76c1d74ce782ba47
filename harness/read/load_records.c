// load_records.c - each record is read, taken apart by prepared statements, and let go.

#include "load_records.h"

#include "base/must.h"
#include "base/text.h"
#include "reading.h"
#include "store/store.h"

#include <sqlite3.h>
#include <string.h>

struct statements {
    sqlite3_stmt **list;
    size_t count;
};

struct loading {
    sqlite3 *db;
    struct reading *reading;
    struct statements record;  // of record.sql
    struct statements metrics; // one for each metric that is known by now
    sqlite3_stmt *left_out, *known, *unprepared;
    bool good;
};

// ------------------------------------------------------------------------------------------ statements
static void statements_add(struct statements *s, sqlite3_stmt *statement) {
    s->list = must(realloc(s->list, (s->count + 1) * sizeof *s->list));
    s->list[s->count++] = statement;
}

static void statements_free(struct statements *s) {
    for (size_t i = 0; i < s->count; i++)
        sqlite3_finalize(s->list[i]);
    free(s->list);
}

static bool statements_split(struct loading *loading, const char *sql) {
    for (sqlite3_stmt *statement; *sql;) {
        if (sqlite3_prepare_v3(loading->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, &sql))
            return false;
        if (statement) // else what was left is a comment
            statements_add(&loading->record, statement);
    }
    return true;
}

static sqlite3_stmt *loading_prepare(struct loading *loading, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(loading->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL))
        loading->good = false;
    return statement;
}

// To the end; the statement can then be run again.
static void loading_run(struct loading *loading, sqlite3_stmt *statement) {
    while (sqlite3_step(statement) == SQLITE_ROW)
        continue;
    if (sqlite3_reset(statement) != SQLITE_OK)
        loading->good = false;
}

// --------------------------------------------------------------------------------------------- metrics
// A metric's expression is the one piece of SQL that is not in a statement of its own.
static void metric_prepare(struct loading *loading, const char *name, const char *expression) {
    char *sql =
        sqlite3_mprintf("with measured(x) as materialized (select %s) insert into value "
                        "select (select max(id) from invocation), %Q, x from measured where x "
                        "is not null",
                        expression, name);
    statements_add(&loading->metrics, loading_prepare(loading, must(sql)));
    sqlite3_free(sql);
}

// Records bring metrics that nobody announced. Their places are 1, 2, 3 ...
static void metrics_prepare(struct loading *loading) {
    sqlite3_bind_int64(loading->unprepared, 1, (sqlite3_int64)loading->metrics.count);
    while (loading->good && sqlite3_step(loading->unprepared) == SQLITE_ROW)
        metric_prepare(loading, (const char *)sqlite3_column_text(loading->unprepared, 0),
                       (const char *)sqlite3_column_text(loading->unprepared, 1));
    sqlite3_reset(loading->unprepared);
}

// --------------------------------------------------------------------------------------------- records
static void count_left_out(struct loading *loading, const char *why, size_t count) {
    sqlite3_bind_text(loading->left_out, 1, why, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(loading->left_out, 2, (sqlite3_int64)count);
    loading_run(loading, loading->left_out);
}

// False when the record is to be left out.
static bool record_taken(struct loading *loading, sqlite3_stmt *statement) {
    bool taken = sqlite3_step(statement) != SQLITE_ROW;
    if (!taken)
        count_left_out(loading, (const char *)sqlite3_column_text(statement, 0), 1);
    if (sqlite3_reset(statement) != SQLITE_OK)
        loading->good = false;
    return taken;
}

static void record_load(void *context, json_t *record) {
    struct loading *loading = context;
    if (!loading->good)
        return;
    reading_set(loading->reading, record);
    for (size_t i = 0; i < loading->record.count && loading->good; i++)
        if (!record_taken(loading, loading->record.list[i]))
            return;
    metrics_prepare(loading);
    for (size_t i = 0; i < loading->metrics.count && loading->good; i++)
        loading_run(loading, loading->metrics.list[i]);
}

static bool records_load(sqlite3 *db, struct reading *reading, const char *sql, const char *dir) {
    struct loading l = {.db = db, .reading = reading, .good = true};
    l.left_out = loading_prepare(&l, "insert into run values (?1, ?2) on conflict (name) do update "
                                     "set value = value + excluded.value");
    l.unprepared =
        loading_prepare(&l, "select name, expression from metric where place > ?1 order by "
                            "place");
    if (l.good && statements_split(&l, sql)) {
        size_t damaged = store_scan(dir, record_load, &l);
        count_left_out(&l, "damaged", damaged);
    } else
        l.good = false;
    statements_free(&l.record);
    statements_free(&l.metrics);
    sqlite3_finalize(l.left_out);
    sqlite3_finalize(l.unprepared);
    return l.good;
}

// --------------------------------------------------------------------------------------------- the run
static void manifest_text(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    (void)values;
    sqlite3_result_text(context, sqlite3_user_data(context), -1, SQLITE_STATIC);
}

static bool run_sql(sqlite3 *db, const char *sql) {
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool run_sign(sqlite3 *db, const char *made_of) {
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v2(db, "insert into run values ('made_of', ?1)", -1, &statement, NULL);
    sqlite3_bind_text(statement, 1, made_of, -1, SQLITE_STATIC);
    sqlite3_step(statement);
    return sqlite3_finalize(statement) == SQLITE_OK;
}

bool load_records(sqlite3 *db, const struct load_sql *sql, const char *dir, const char *made_of) {
    char *path = text_format("%s/run.json", dir), *manifest = text_read_file(path, NULL);
    struct reading *reading = reading_new(db);
    sqlite3_create_function_v2(db, "manifest", 0, SQLITE_UTF8, manifest, manifest_text, NULL, NULL,
                               free);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1, NULL); // "texts" in metrics, which are texts
    // A database that nobody sees until it is whole needs no journal.
    bool good = run_sql(db, "pragma journal_mode = off; pragma synchronous = off; begin") &&
                run_sql(db, sql->text[LOAD_SCHEMA]) && run_sql(db, sql->text[LOAD_METRICS]) &&
                run_sql(db, sql->text[LOAD_MANIFEST]) &&
                records_load(db, reading, sql->text[LOAD_RECORD], dir) &&
                run_sql(db, sql->text[LOAD_FIGURES]) && run_sign(db, made_of) &&
                run_sql(db, "commit");
    free(path);
    return good;
}
