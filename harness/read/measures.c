// measures.c - see measures.h: the rows below the table, and the virtual table over them.

#include "measures.h"

#include "base/must.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// -------------------------------------------------------------------------------------- what is kept
struct measures measures_open(sqlite3 *db, const char *schema) {
    return (struct measures){.db = db, .schema = must(strdup(schema)), .changes = -1};
}

static void measures_forget(struct measures *v) {
    for (uint32_t i = 0; i < v->count; i++)
        free(v->names[i]);
    v->count = 0;
}

void measures_close(struct measures *v) {
    measures_forget(v);
    free(v->names);
    free(v->order);
    free(v->schema);
    sqlite3_finalize(v->read);
    sqlite3_finalize(v->write);
    sqlite3_finalize(v->name);
}

// A statement over %w, the schema; NULL when it cannot be prepared.
static sqlite3_stmt *measures_prepare(const struct measures *v, const char *format) {
    sqlite3_stmt *statement = NULL;
    char *sql = must(sqlite3_mprintf(format, v->schema));
    sqlite3_prepare_v3(v->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    sqlite3_free(sql);
    return statement;
}

static sqlite3_stmt *measures_statement(const struct measures *v, sqlite3_stmt **statement,
                                        const char *format) {
    if (!*statement)
        *statement = measures_prepare(v, format);
    return *statement;
}

// The place in v->order at which the name is or would be.
static uint32_t measures_search(const struct measures *v, const char *name) {
    uint32_t low = 0, high = v->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (strcmp(v->names[v->order[middle] - 1], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void measures_know(struct measures *v, const char *name) {
    uint32_t at = measures_search(v, name);
    if (v->count == v->room) {
        v->room = 2 * v->room + 64;
        v->names = must(realloc(v->names, v->room * sizeof *v->names));
        v->order = must(realloc(v->order, v->room * sizeof *v->order));
    }
    memmove(v->order + at + 1, v->order + at, (v->count - at) * sizeof *v->order);
    v->names[v->count++] = must(strdup(name));
    v->order[at] = v->count;
}

// Another hand may have written names since. Numbers are given in order, and none is taken back.
static void measures_names(struct measures *v) {
    if (v->changes == sqlite3_total_changes(v->db))
        return;
    sqlite3_stmt *name =
        measures_prepare(v, "select name from \"%w\".value_name where id > ?1 order by id");
    sqlite3_bind_int64(name, 1, v->count);
    while (sqlite3_step(name) == SQLITE_ROW)
        measures_know(v, (const char *)sqlite3_column_text(name, 0));
    sqlite3_finalize(name);
    v->changes = sqlite3_total_changes(v->db);
}

static uint32_t measures_known(const struct measures *v, const char *name) {
    uint32_t at = measures_search(v, name);
    return at < v->count && !strcmp(v->names[v->order[at] - 1], name) ? v->order[at] : 0;
}

uint32_t measures_metric(struct measures *v, const char *name) {
    uint32_t metric = measures_known(v, name);
    if (!metric)
        measures_names(v);
    return metric ? metric : measures_known(v, name);
}

uint32_t measures_metric_new(struct measures *v, const char *name) {
    uint32_t metric = measures_metric(v, name);
    sqlite3_stmt *add =
        measures_statement(v, &v->name, "insert into \"%w\".value_name(name) values (?1)");
    if (metric || !add)
        return metric;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    sqlite3_step(add);
    if (sqlite3_reset(add) == SQLITE_OK)
        measures_know(v, name);
    return measures_known(v, name);
}

const char *measures_name(struct measures *v, uint32_t metric) {
    if (metric > v->count)
        measures_names(v);
    return metric && metric <= v->count ? v->names[metric - 1] : NULL;
}

int measures_write(struct measures *v, int64_t invocation, const struct packed *packed) {
    sqlite3_stmt *write =
        measures_statement(v, &v->write, "insert or replace into \"%w\".value_row values (?1, ?2)");
    sqlite3_bind_int64(write, 1, invocation);
    sqlite3_bind_blob(write, 2, packed->bytes ? packed->data : NULL, (int)packed->bytes,
                      SQLITE_STATIC);
    sqlite3_step(write);
    return sqlite3_reset(write);
}

static void measures_copy(sqlite3_stmt *row, int column, struct packed *into) {
    packed_reset(into);
    into->bytes = (size_t)sqlite3_column_bytes(row, column);
    if (into->bytes > into->room)
        into->data = must(realloc(into->data, into->room = 2 * into->bytes));
    if (into->bytes)
        memcpy(into->data, sqlite3_column_blob(row, column), into->bytes);
}

int measures_read(struct measures *v, int64_t invocation, struct packed *into) {
    sqlite3_stmt *read = measures_statement(
        v, &v->read, "select packed from \"%w\".value_row where invocation = ?1");
    packed_reset(into);
    sqlite3_bind_int64(read, 1, invocation);
    if (sqlite3_step(read) == SQLITE_ROW)
        measures_copy(read, 0, into);
    return sqlite3_reset(read);
}

// ------------------------------------------------------------------------------------------ the table
enum { MEASURES_INVOCATION, MEASURES_METRIC, MEASURES_VALUE };
enum {
    MEASURES_ID_BITS = 24
}; // a row's number: the invocation's, then so many bits of the metric's

struct measures_table {
    sqlite3_vtab base; // SQLite's, first
    struct measures values;
    struct packed old, made; // of the row that is being written
};

// Of how an answer is found: by which columns that are given, one bit each.
enum { MEASURES_BY_INVOCATION = 1, MEASURES_BY_METRIC = 2 };

struct measures_cursor {
    sqlite3_vtab_cursor base; // SQLite's, first
    sqlite3_stmt *rows;       // of all invocations; NULL: of one
    sqlite3_int64 invocation;
    uint32_t metric; // 0: all
    struct packed row;
    struct packed_walk walk;
    bool scans, there;
};

static int measures_connect(sqlite3 *db, void *nothing, int count, const char *const *arguments,
                            sqlite3_vtab **table, char **error) {
    (void)nothing, (void)count, (void)error;
    struct measures_table *made = must(calloc(1, sizeof *made));
    made->values = measures_open(db, arguments[1]);
    *table = &made->base;
    sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
    return sqlite3_declare_vtab(db,
                                "create table value(invocation integer, metric text, value real)");
}

static int measures_create(sqlite3 *db, void *nothing, int count, const char *const *arguments,
                           sqlite3_vtab **table, char **error) {
    char *sql = must(sqlite3_mprintf(
        "create table \"%w\".value_row(invocation integer primary key, packed blob);"
        "create table \"%w\".value_name(id integer primary key, name text unique)",
        arguments[1], arguments[1]));
    int code = sqlite3_exec(db, sql, NULL, NULL, error);
    sqlite3_free(sql);
    return code ? code : measures_connect(db, nothing, count, arguments, table, error);
}

static int measures_disconnect(sqlite3_vtab *table) {
    struct measures_table *t = (struct measures_table *)table;
    measures_close(&t->values);
    free(t->old.data);
    free(t->made.data);
    free(t);
    return SQLITE_OK;
}

static int measures_destroy(sqlite3_vtab *table) {
    const struct measures *v = &((struct measures_table *)table)->values;
    char *sql = must(sqlite3_mprintf("drop table \"%w\".value_row; drop table \"%w\".value_name",
                                     v->schema, v->schema));
    int code = sqlite3_exec(v->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return code ? code : measures_disconnect(table);
}

// A look at one invocation costs what one of a table's index does, and all others what they are.
static int measures_plan(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    int given[2] = {-1, -1}, next = 1;
    for (int i = 0; i < info->nConstraint; i++)
        if (info->aConstraint[i].usable && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
            info->aConstraint[i].iColumn >= 0 && info->aConstraint[i].iColumn < MEASURES_VALUE)
            given[info->aConstraint[i].iColumn] = i;
    for (int column = 0; column < MEASURES_VALUE; column++)
        if (given[column] >= 0) {
            info->aConstraintUsage[given[column]].argvIndex = next++;
            info->aConstraintUsage[given[column]].omit = 1;
            info->idxNum |= 1 << column;
        }
    bool one = info->idxNum & MEASURES_BY_INVOCATION, metric = info->idxNum & MEASURES_BY_METRIC;
    info->estimatedRows = one ? metric ? 1 : 10 : metric ? 100000 : 10000000;
    info->estimatedCost = one ? metric ? 20 : 30 : metric ? 3e6 : 1e7;
    info->idxFlags = one && metric ? SQLITE_INDEX_SCAN_UNIQUE : 0;
    info->orderByConsumed = info->nOrderBy == 1 && !info->aOrderBy->desc &&
                            info->aOrderBy->iColumn == MEASURES_INVOCATION;
    return SQLITE_OK;
}

static int measures_open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    (void)table;
    struct measures_cursor *made = must(calloc(1, sizeof *made));
    *cursor = &made->base;
    return SQLITE_OK;
}

static int measures_close_cursor(sqlite3_vtab_cursor *cursor) {
    struct measures_cursor *c = (struct measures_cursor *)cursor;
    sqlite3_finalize(c->rows);
    free(c->row.data);
    free(c);
    return SQLITE_OK;
}

// To a value that is wanted, of this invocation or of the next that has one.
static int measures_seek(struct measures_cursor *c) {
    for (;;) {
        while (c->walk.there && c->metric && c->walk.metric < c->metric)
            packed_next(&c->walk);
        c->there = c->walk.there && (!c->metric || c->walk.metric == c->metric);
        if (c->there || !c->scans)
            return SQLITE_OK;
        if (sqlite3_step(c->rows) != SQLITE_ROW)
            return sqlite3_reset(c->rows);
        c->invocation = sqlite3_column_int64(c->rows, 0);
        measures_copy(c->rows, 1, &c->row);
        c->walk = packed_first(c->row.data, c->row.bytes);
    }
}

static bool measures_whole(sqlite3_value *given, sqlite3_int64 *number) {
    int type = sqlite3_value_numeric_type(given);
    *number = sqlite3_value_int64(given);
    return type == SQLITE_INTEGER ||
           (type == SQLITE_FLOAT && sqlite3_value_double(given) == (double)*number);
}

// Where nothing can equal what is given, there is no row. False: so it is.
static bool measures_ask(struct measures_cursor *c, struct measures *v, int plan,
                         sqlite3_value **given) {
    c->scans = !(plan & MEASURES_BY_INVOCATION);
    c->metric = 0;
    if (!c->scans && !measures_whole(*given++, &c->invocation))
        return false;
    if (!(plan & MEASURES_BY_METRIC))
        return true;
    const char *name = (const char *)sqlite3_value_text(*given);
    c->metric = name ? measures_metric(v, name) : 0;
    return c->metric;
}

static int measures_filter(sqlite3_vtab_cursor *cursor, int plan, const char *text, int count,
                           sqlite3_value **given) {
    (void)text, (void)count;
    struct measures_cursor *c = (struct measures_cursor *)cursor;
    struct measures *v = &((struct measures_table *)cursor->pVtab)->values;
    c->there = c->walk.there = false;
    if (!measures_ask(c, v, plan, given))
        return SQLITE_OK;
    if (c->scans) {
        if (!measures_statement(v, &c->rows,
                                "select invocation, packed from \"%w\".value_row order by 1"))
            return SQLITE_ERROR;
        sqlite3_reset(c->rows);
    } else {
        int code = measures_read(v, c->invocation, &c->row);
        if (code)
            return code;
        c->walk = packed_first(c->row.data, c->row.bytes);
    }
    return measures_seek(c);
}

static int measures_next(sqlite3_vtab_cursor *cursor) {
    struct measures_cursor *c = (struct measures_cursor *)cursor;
    packed_next(&c->walk);
    return measures_seek(c);
}

static int measures_eof(sqlite3_vtab_cursor *cursor) {
    return !((const struct measures_cursor *)cursor)->there;
}

static int measures_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const struct measures_cursor *c = (const struct measures_cursor *)cursor;
    struct measures *v = &((struct measures_table *)cursor->pVtab)->values;
    if (column == MEASURES_INVOCATION)
        sqlite3_result_int64(context, c->invocation);
    else if (column == MEASURES_METRIC)
        sqlite3_result_text(context, measures_name(v, c->walk.metric), -1, SQLITE_STATIC);
    else
        sqlite3_result_double(context, c->walk.value);
    return SQLITE_OK;
}

static int measures_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row) {
    const struct measures_cursor *c = (const struct measures_cursor *)cursor;
    *row = c->invocation << MEASURES_ID_BITS | c->walk.metric;
    return SQLITE_OK;
}

// ---------------------------------------------------------------------------------------- writing it
// The invocation's values with this one in its place; NULL: without that metric. *had: whether it was
// there.
static void measures_splice(struct measures_table *t, uint32_t metric, const double *value,
                            bool *had) {
    struct packed_walk walk = packed_first(t->old.data, t->old.bytes);
    packed_reset(&t->made);
    for (; walk.there && walk.metric < metric; packed_next(&walk))
        packed_add(&t->made, walk.metric, walk.value);
    *had = walk.there && walk.metric == metric;
    if (*had)
        packed_next(&walk);
    if (value)
        packed_add(&t->made, metric, *value);
    for (; walk.there; packed_next(&walk))
        packed_add(&t->made, walk.metric, walk.value);
}

static int measures_delete(struct measures_table *t, sqlite3_int64 row) {
    sqlite3_int64 invocation = row >> MEASURES_ID_BITS;
    bool had;
    int code = measures_read(&t->values, invocation, &t->old);
    measures_splice(t, (uint32_t)(row & ((1 << MEASURES_ID_BITS) - 1)), NULL, &had);
    return code ? code : measures_write(&t->values, invocation, &t->made);
}

static int measures_insert(struct measures_table *t, sqlite3_value **column) {
    const char *name = (const char *)sqlite3_value_text(column[MEASURES_METRIC]);
    sqlite3_int64 invocation = sqlite3_value_int64(column[MEASURES_INVOCATION]);
    double value = sqlite3_value_double(column[MEASURES_VALUE]);
    bool had;
    if (!name || sqlite3_value_type(column[MEASURES_INVOCATION]) == SQLITE_NULL)
        return SQLITE_CONSTRAINT;
    if (sqlite3_value_type(column[MEASURES_VALUE]) == SQLITE_NULL)
        return SQLITE_OK;
    uint32_t metric = measures_metric_new(&t->values, name);
    int code = metric ? measures_read(&t->values, invocation, &t->old) : SQLITE_ERROR;
    if (code)
        return code;
    measures_splice(t, metric, &value, &had);
    if (had && sqlite3_vtab_on_conflict(t->values.db) != SQLITE_REPLACE)
        return SQLITE_CONSTRAINT;
    return measures_write(&t->values, invocation, &t->made);
}

static int measures_update(sqlite3_vtab *table, int count, sqlite3_value **given,
                           sqlite3_int64 *row) {
    (void)row;
    struct measures_table *t = (struct measures_table *)table;
    bool is_old = sqlite3_value_type(given[0]) != SQLITE_NULL;
    int code = is_old ? measures_delete(t, sqlite3_value_int64(given[0])) : SQLITE_OK;
    return code || count == 1 ? code : measures_insert(t, given + 2);
}

int measures_register(sqlite3 *db) {
    static const sqlite3_module module = {.xCreate = measures_create,
                                          .xConnect = measures_connect,
                                          .xBestIndex = measures_plan,
                                          .xDisconnect = measures_disconnect,
                                          .xDestroy = measures_destroy,
                                          .xOpen = measures_open_cursor,
                                          .xClose = measures_close_cursor,
                                          .xFilter = measures_filter,
                                          .xNext = measures_next,
                                          .xEof = measures_eof,
                                          .xColumn = measures_column,
                                          .xRowid = measures_rowid,
                                          .xUpdate = measures_update};
    return sqlite3_create_module_v2(db, "invocation_values", &module, NULL, NULL);
}
