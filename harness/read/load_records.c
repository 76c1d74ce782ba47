// load_records.c - each record is read, taken apart by prepared statements, and let go.

#include "load_records.h"

#include "base/grow.h"
#include "base/must.h"
#include "base/names.h"
#include "base/text.h"
#include "measures.h"
#include "reading.h"
#include "store/scan.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

const char *const load_stage_names[LOAD_STAGES] = {"schema", "metrics", "manifest", "record",
                                                   "figures"};

struct statements {
    sqlite3_stmt **list;
    size_t count;
};

enum { BATCH_MOST = 500 }; // metrics: SQLite has at most 2000 columns

// Metrics whose expressions are the columns of one statement; NULL until there are all.
struct batch {
    char *phase; // "phases.NAME": only of records that have it; "" of all
    struct names names, expressions;
    size_t first; // of them in loading.measured
    sqlite3_stmt *statement;
};

// A metric that is known, and what the record that is being loaded has of it.
struct measured {
    const char *name; // the batch's
    uint32_t metric;  // its number (measures.h); 0: not yet measured
    bool there;
    double value;
};

struct loading {
    sqlite3 *db;
    struct reading *reading;
    struct statements record; // of record.sql
    struct batch *batch;      // all metrics with an expression that are known by now
    size_t batches;
    struct measured *measured; // all of them
    size_t metrics, room;
    struct grow_list numbered; // which have the numbers 1, 2, ...
    sqlite3_int64 place;       // of the last of them
    struct measures values;
    struct packed packed; // of the record
    sqlite3_stmt *left_out, *damage, *unprepared, *newest;
    char *problem; // what went wrong first; NULL: nothing has
};

// -------------------------------------------------------------------------------------- statements
static void statements_add(struct statements *s, sqlite3_stmt *statement) {
    s->list = must(realloc(s->list, (s->count + 1) * sizeof *s->list));
    s->list[s->count++] = statement;
}

static void statements_free(struct statements *s) {
    for (size_t i = 0; i < s->count; i++)
        sqlite3_finalize(s->list[i]);
    free(s->list);
}

static void batches_free(struct loading *loading) {
    for (size_t i = 0; i < loading->batches; i++) {
        names_free(&loading->batch[i].names);
        names_free(&loading->batch[i].expressions);
        sqlite3_finalize(loading->batch[i].statement);
        free(loading->batch[i].phase);
    }
    free(loading->batch);
    free(loading->measured);
    free(loading->numbered.at);
    free(loading->packed.data);
    measures_close(&loading->values);
}

// Keeps the first message: what is done after a failure would hide it.
static void loading_fail(struct loading *loading, const char *where) {
    if (!loading->problem)
        loading->problem = text_format("%s: %s", where, sqlite3_errmsg(loading->db));
}

static void statements_split(struct loading *loading, const char *sql) {
    for (sqlite3_stmt *statement; *sql;) {
        if (sqlite3_prepare_v3(loading->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, &sql)) {
            loading_fail(loading, "results/record.sql");
            return;
        }
        if (statement) // else what was left is a comment
            statements_add(&loading->record, statement);
    }
}

static sqlite3_stmt *loading_prepare(struct loading *loading, const char *sql, const char *where) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(loading->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL))
        loading_fail(loading, where);
    return statement;
}

// To the end; the statement can then be run again.
static void loading_run(struct loading *loading, sqlite3_stmt *statement) {
    while (sqlite3_step(statement) == SQLITE_ROW)
        continue;
    if (sqlite3_reset(statement) != SQLITE_OK)
        loading_fail(loading, "a record");
}

// ----------------------------------------------------------------------------------------- metrics
// A metric's expression is the one piece of SQL that is not in a statement of its own, so when many
// cannot be prepared together each is tried alone, for the name of the one that is wrong.
static void metrics_fail(struct loading *loading, const struct batch *batch) {
    for (size_t i = 0; i < batch->names.count && !loading->problem; i++) {
        char *sql = text_format("select %s", batch->expressions.items[i]);
        char *where = text_format("metric %s", batch->names.items[i]);
        sqlite3_finalize(loading_prepare(loading, sql, where));
        free(where);
        free(sql);
    }
}

static void metrics_prepare_batch(struct loading *loading, struct batch *batch) {
    char *columns = names_join(&batch->expressions, ", ");
    char *sql = text_format("select %s", columns);
    if (sqlite3_prepare_v3(loading->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &batch->statement,
                           NULL)) {
        metrics_fail(loading, batch);
        loading_fail(loading, "metrics");
    }
    free(sql);
    free(columns);
}

// Those of one phase in one statement, the others in another, so that what is asked of a record
// twice is looked up once, and phases that it does not have not at all.
static struct batch *metrics_batch(struct loading *loading, const char *phase) {
    struct batch *last = loading->batches ? &loading->batch[loading->batches - 1] : NULL;
    if (last && !last->statement && last->names.count < BATCH_MOST && !strcmp(last->phase, phase))
        return last;
    if (last && !last->statement)
        metrics_prepare_batch(loading, last);
    loading->batch = must(realloc(loading->batch, (loading->batches + 1) * sizeof *loading->batch));
    last = &loading->batch[loading->batches++];
    *last = (struct batch){.phase = must(strdup(phase)), .first = loading->metrics};
    return last;
}

static void metrics_add(struct loading *loading, struct batch *batch, const char *name,
                        const char *expression) {
    char *column = text_format("(%s)", expression);
    names_add(&batch->names, name);
    names_add(&batch->expressions, column);
    free(column);
    loading->measured =
        grow_array(loading->measured, loading->metrics, &loading->room, sizeof *loading->measured);
    loading->measured[loading->metrics++] =
        (struct measured){.name = batch->names.items[batch->names.count - 1]};
}

// Records bring metrics that nobody announced.
static void metrics_prepare(struct loading *loading) {
    struct batch *batch = NULL;
    sqlite3_bind_int64(loading->unprepared, 1, loading->place);
    while (!loading->problem && sqlite3_step(loading->unprepared) == SQLITE_ROW) {
        batch = metrics_batch(loading, (const char *)sqlite3_column_text(loading->unprepared, 2));
        metrics_add(loading, batch, (const char *)sqlite3_column_text(loading->unprepared, 0),
                    (const char *)sqlite3_column_text(loading->unprepared, 1));
        loading->place = sqlite3_column_int64(loading->unprepared, 3);
    }
    sqlite3_reset(loading->unprepared);
    if (batch && !loading->problem)
        metrics_prepare_batch(loading, batch);
}

// Most metrics are measured in few records: a number is given to those that are.
static void metrics_number(struct loading *loading, size_t which) {
    struct measured *m = &loading->measured[which];
    m->metric = measures_metric_new(&loading->values, m->name);
    if (m->metric != loading->numbered.count + 1)
        loading_fail(loading, "table value");
    grow_push(&loading->numbered, (uint32_t)which);
}

static void metrics_read(struct loading *loading, const struct batch *batch) {
    if (*batch->phase && !reading_member(loading->reading, batch->phase).document)
        return;
    if (sqlite3_step(batch->statement) != SQLITE_ROW)
        loading_fail(loading, "the metrics of a record");
    for (size_t i = 0; i < batch->names.count && !loading->problem; i++) {
        struct measured *m = &loading->measured[batch->first + i];
        m->there = sqlite3_column_type(batch->statement, (int)i) != SQLITE_NULL;
        m->value = sqlite3_column_double(batch->statement, (int)i);
        if (m->there && !m->metric)
            metrics_number(loading, batch->first + i);
    }
    sqlite3_reset(batch->statement);
}

static void metrics_load(struct loading *loading, sqlite3_int64 invocation) {
    packed_reset(&loading->packed);
    for (size_t i = 0; i < loading->numbered.count; i++) {
        struct measured *m = &loading->measured[loading->numbered.at[i]];
        if (m->there)
            packed_add(&loading->packed, m->metric, m->value);
        m->there = false;
    }
    if (measures_write(&loading->values, invocation, &loading->packed))
        loading_fail(loading, "table value");
}

// ----------------------------------------------------------------------------------------- records
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
        loading_fail(loading, "a record");
    return taken;
}

static void record_load(void *context, const struct scan_record *record) {
    struct loading *loading = context;
    if (loading->problem)
        return;
    reading_set(loading->reading, record->json);
    for (size_t i = 0; i < loading->record.count && !loading->problem; i++)
        if (!record_taken(loading, loading->record.list[i]))
            return;
    sqlite3_step(loading->newest);
    sqlite3_int64 invocation = sqlite3_column_int64(loading->newest, 0);
    sqlite3_reset(loading->newest);
    metrics_prepare(loading);
    for (size_t i = 0; i < loading->batches && !loading->problem; i++)
        metrics_read(loading, &loading->batch[i]);
    if (!loading->problem)
        metrics_load(loading, invocation);
}

static void damage_load(void *context, const struct scan_damage *damage) {
    struct loading *loading = context;
    if (loading->problem)
        return;
    sqlite3_bind_text(loading->damage, 1, damage->file, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(loading->damage, 2, (sqlite3_int64)damage->line);
    loading_run(loading, loading->damage);
    count_left_out(loading, "damaged", 1);
}

static void records_scan(struct loading *l, const char *sql, const char *dir) {
    l->left_out = loading_prepare(l,
                                  "insert into run values (?1, ?2) on conflict (name) do update "
                                  "set value = value + excluded.value",
                                  "table run");
    l->damage = loading_prepare(l, "insert into damage values (?1, ?2)", "table damage");
    l->unprepared = loading_prepare(
        l,
        "select name, expression, iif(source = 'phase', 'phases.' || substr(name, instr(name, '@') "
        "+ "
        "1), ''), place from metric where place > ?1 and expression is not null order by place",
        "table metric");
    l->newest = loading_prepare(l, "select max(id) from invocation", "table invocation");
    statements_split(l, sql);
    const struct scan scan = {record_load, damage_load, l, NULL};
    char error[512];
    if (!l->problem && !scan_records(dir, &scan, error, sizeof error) && !l->problem)
        l->problem = text_format("%s", error);
}

static bool records_load(sqlite3 *db, const char *sql, const char *dir, char *error,
                         size_t error_bytes) {
    struct loading l = {.db = db, .reading = reading_new(db), .values = measures_open(db, "main")};
    records_scan(&l, sql, dir);
    bool good = !l.problem;
    if (!good)
        snprintf(error, error_bytes, "%s", l.problem);
    statements_free(&l.record);
    batches_free(&l);
    sqlite3_finalize(l.left_out);
    sqlite3_finalize(l.damage);
    sqlite3_finalize(l.unprepared);
    sqlite3_finalize(l.newest);
    free(l.problem);
    return good;
}

// ----------------------------------------------------------------------------------------- the run
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

// A database that nobody sees until it is whole needs no journal.
static bool run_begin(sqlite3 *db, const char *dir, char *error, size_t error_bytes) {
    char *path = text_format("%s/run.json", dir), *manifest = text_read_file(path, NULL);
    if (!manifest)
        snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
    free(path);
    if (!manifest)
        return false;
    sqlite3_create_function_v2(db, "manifest", 0, SQLITE_UTF8, manifest, manifest_text, NULL, NULL,
                               free);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 1,
                      NULL); // "rss.peak_bytes" in metrics is a text
    return run_sql(
        db,
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536; begin");
}

bool load_records(sqlite3 *db, const struct load_sql *sql, const char *dir, const char *made_of,
                  char *error, size_t error_bytes) {
    bool good = run_begin(db, dir, error, error_bytes);
    for (int stage = 0; good && stage < LOAD_STAGES; stage++) {
        if (stage == LOAD_RECORD) {
            good = records_load(db, sql->text[stage], dir, error, error_bytes);
            continue;
        }
        good = run_sql(db, sql->text[stage]);
        if (!good)
            snprintf(error, error_bytes, "results/%s.sql: %s", load_stage_names[stage],
                     sqlite3_errmsg(db));
    }
    if (!good)
        return false;
    good = run_sign(db, made_of) && run_sql(db, "commit");
    if (!good)
        snprintf(error, error_bytes, "%s", sqlite3_errmsg(db));
    return good;
}
