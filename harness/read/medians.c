// medians.c - a virtual table that gathers the values of one cell at a time.

#include "medians.h"

#include "base/grow.h"
#include "base/must.h"
#include "base/stats.h"
#include "measures.h"

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIANS_CELL, MEDIANS_METRIC, MEDIANS_N, MEDIANS_MEDIAN, MEDIANS_LOW, MEDIANS_HIGH };

// The values of a metric in the cell that the walk is at. The memory is kept for the next cell.
struct medians_metric {
    double *values;
    size_t count, room;
};

struct medians_table {
    sqlite3_vtab base; // SQLite's, first
    sqlite3 *db;
};

struct medians_cursor {
    sqlite3_vtab_cursor base; // SQLite's, first
    sqlite3_stmt *cells, *rows;
    bool there;
    sqlite3_int64 cell;
    struct measures values;
    struct medians_metric *metrics; // by their numbers (measures.h) less 1
    size_t count, room, at;         // at: a place in values.order
    struct stats_interval interval; // of the metric that the walk is at
};

// ---------------------------------------------------------------------------------------- gathering
static struct medians_metric *medians_metric(struct medians_cursor *c, uint32_t metric) {
    while (c->count < metric) {
        c->metrics = grow_array(c->metrics, c->count, &c->room, sizeof *c->metrics);
        c->metrics[c->count++] = (struct medians_metric){0};
    }
    return &c->metrics[metric - 1];
}

static void medians_add(struct medians_metric *m, double value) {
    m->values = grow_array(m->values, m->count, &m->room, sizeof *m->values);
    m->values[m->count++] = value;
}

static int medians_gather(struct medians_cursor *c) {
    for (size_t i = 0; i < c->count; i++)
        c->metrics[i].count = 0;
    sqlite3_bind_int64(c->rows, 1, c->cell);
    while (sqlite3_step(c->rows) == SQLITE_ROW) {
        struct packed_walk walk =
            packed_first(sqlite3_column_blob(c->rows, 0), (size_t)sqlite3_column_bytes(c->rows, 0));
        for (; walk.there; packed_next(&walk))
            medians_add(medians_metric(c, walk.metric), walk.value);
    }
    measures_name(&c->values, (uint32_t)c->count); // now all of them are known
    return sqlite3_reset(c->rows);
}

static const struct medians_metric *medians_at(const struct medians_cursor *c) {
    uint32_t metric = c->values.order[c->at];
    static const struct medians_metric none = {0};
    return metric <= c->count ? &c->metrics[metric - 1] : &none;
}

// The next metric of this cell that has a value, or of the next cell.
static int medians_seek(struct medians_cursor *c) {
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        while (c->at < c->values.count && !medians_at(c)->count)
            c->at++;
        if (c->at < c->values.count) {
            const struct medians_metric *m = medians_at(c);
            c->interval = stats_of_median(m->values, m->count);
            return SQLITE_OK;
        }
        c->there = sqlite3_step(c->cells) == SQLITE_ROW;
        if (!c->there)
            return sqlite3_reset(c->cells);
        c->cell = sqlite3_column_int64(c->cells, 0);
        c->at = 0;
        code = medians_gather(c);
    }
    return code;
}

// ------------------------------------------------------------------------------------ what SQLite asks
static int medians_connect(sqlite3 *db, void *nothing, int count, const char *const *arguments,
                           sqlite3_vtab **table, char **error) {
    (void)nothing, (void)count, (void)arguments, (void)error;
    struct medians_table *made = sqlite3_malloc(sizeof *made);
    if (!made)
        return SQLITE_NOMEM;
    *made = (struct medians_table){.db = db};
    *table = &made->base;
    return sqlite3_declare_vtab(db, "create table medians(cell, metric, n, median, low, high)");
}

static int medians_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int medians_plan(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    info->estimatedCost = 1e9;
    return SQLITE_OK;
}

static int medians_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    sqlite3 *db = ((struct medians_table *)table)->db;
    struct medians_cursor *made = must(calloc(1, sizeof *made));
    *cursor = &made->base;
    made->values = measures_open(db, "main");
    int code = sqlite3_prepare_v2(db, "select distinct cell from invocation order by cell", -1,
                                  &made->cells, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(
            db,
            "select packed from invocation i cross join value_row v on v.invocation = i.id "
            "where i.cell = ?1 and i.outcome = 'ok'",
            -1, &made->rows, NULL);
    return code;
}

static int medians_close(sqlite3_vtab_cursor *cursor) {
    struct medians_cursor *c = (struct medians_cursor *)cursor;
    sqlite3_finalize(c->cells);
    sqlite3_finalize(c->rows);
    for (size_t i = 0; i < c->count; i++)
        free(c->metrics[i].values);
    free(c->metrics);
    measures_close(&c->values);
    free(c);
    return SQLITE_OK;
}

static int medians_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                          sqlite3_value **values) {
    (void)number, (void)text, (void)count, (void)values;
    struct medians_cursor *c = (struct medians_cursor *)cursor;
    sqlite3_reset(c->cells);
    c->at = c->values.count; // of no cell yet
    return medians_seek(c);
}

static int medians_next(sqlite3_vtab_cursor *cursor) {
    struct medians_cursor *c = (struct medians_cursor *)cursor;
    c->at++;
    return medians_seek(c);
}

static int medians_eof(sqlite3_vtab_cursor *cursor) {
    return !((const struct medians_cursor *)cursor)->there;
}

static void medians_number(sqlite3_context *context, double number) {
    if (!isnan(number)) // else NULL, the result of a column that sets none
        sqlite3_result_double(context, number);
}

static int medians_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    const struct medians_cursor *c = (const struct medians_cursor *)cursor;
    const struct medians_metric *m = medians_at(c);
    switch (column) {
    case MEDIANS_CELL:
        sqlite3_result_int64(context, c->cell);
        break;
    case MEDIANS_METRIC:
        sqlite3_result_text(
            context,
            measures_name((struct measures *)(uintptr_t)&c->values, c->values.order[c->at]), -1,
            SQLITE_TRANSIENT);
        break;
    case MEDIANS_N:
        sqlite3_result_int64(context, (sqlite3_int64)m->count);
        break;
    case MEDIANS_MEDIAN:
        medians_number(context, stats_median(m->values, m->count));
        break;
    case MEDIANS_LOW:
        medians_number(context, c->interval.low);
        break;
    case MEDIANS_HIGH:
        medians_number(context, c->interval.high);
        break;
    }
    return SQLITE_OK;
}

static int medians_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *row) {
    *row = (sqlite3_int64)((const struct medians_cursor *)cursor)->at;
    return SQLITE_OK;
}

int medians_register(sqlite3 *db) {
    static const sqlite3_module module = {.xConnect = medians_connect,
                                          .xBestIndex = medians_plan,
                                          .xDisconnect = medians_disconnect,
                                          .xOpen = medians_open,
                                          .xClose = medians_close,
                                          .xFilter = medians_filter,
                                          .xNext = medians_next,
                                          .xEof = medians_eof,
                                          .xColumn = medians_column,
                                          .xRowid = medians_rowid};
    return sqlite3_create_module_v2(db, "medians", &module, NULL, NULL);
}
