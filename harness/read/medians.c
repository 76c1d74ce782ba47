// medians.c - a virtual table that gathers the values of one cell at a time.

#include "medians.h"

#include "base/grow.h"
#include "base/must.h"
#include "base/stats.h"

#include <math.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MEDIANS_CELL, MEDIANS_METRIC, MEDIANS_N, MEDIANS_MEDIAN, MEDIANS_LOW, MEDIANS_HIGH };

// The values of a metric in the cell that the walk is at. The memory is kept for the next cell.
struct medians_metric {
    char *name;
    double *values;
    size_t count, room;
};

struct medians_table {
    sqlite3_vtab base; // SQLite's, first
    sqlite3 *db;
};

struct medians_cursor {
    sqlite3_vtab_cursor base; // SQLite's, first
    sqlite3_stmt *cells, *values;
    bool there;
    sqlite3_int64 cell;
    struct medians_metric *metrics; // sorted by name
    size_t count, at;
    struct stats_interval interval; // of the metric that the walk is at
};

// ---------------------------------------------------------------------------------------- gathering
static size_t medians_search(const struct medians_cursor *c, const char *name) {
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(c->metrics[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// The rows of an invocation come sorted, so the next is most often the one after the last.
static struct medians_metric *medians_metric(struct medians_cursor *c, const char *name,
                                             size_t *last) {
    size_t at = *last + 1;
    if (at >= c->count || strcmp(c->metrics[at].name, name) != 0)
        at = medians_search(c, name);
    *last = at;
    if (at < c->count && !strcmp(c->metrics[at].name, name))
        return &c->metrics[at];
    c->metrics = must(realloc(c->metrics, (c->count + 1) * sizeof *c->metrics));
    memmove(c->metrics + at + 1, c->metrics + at, (c->count++ - at) * sizeof *c->metrics);
    c->metrics[at] = (struct medians_metric){.name = must(strdup(name))};
    return &c->metrics[at];
}

static void medians_add(struct medians_metric *m, double value) {
    m->values = grow_array(m->values, m->count, &m->room, sizeof *m->values);
    m->values[m->count++] = value;
}

static int medians_gather(struct medians_cursor *c) {
    size_t last = 0;
    for (size_t i = 0; i < c->count; i++)
        c->metrics[i].count = 0;
    sqlite3_bind_int64(c->values, 1, c->cell);
    while (sqlite3_step(c->values) == SQLITE_ROW)
        medians_add(medians_metric(c, (const char *)sqlite3_column_text(c->values, 0), &last),
                    sqlite3_column_double(c->values, 1));
    return sqlite3_reset(c->values);
}

// The next metric of this cell that has a value, or of the next cell.
static int medians_seek(struct medians_cursor *c) {
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        while (c->at < c->count && !c->metrics[c->at].count)
            c->at++;
        if (c->at < c->count) {
            const struct medians_metric *m = &c->metrics[c->at];
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
    int code = sqlite3_prepare_v2(db, "select distinct cell from invocation order by cell", -1,
                                  &made->cells, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(
            db,
            "select v.metric, v.value from invocation i cross join value v on v.invocation = i.id "
            "where i.cell = ?1 and i.outcome = 'ok' and v.value is not null",
            -1, &made->values, NULL);
    return code;
}

static int medians_close(sqlite3_vtab_cursor *cursor) {
    struct medians_cursor *c = (struct medians_cursor *)cursor;
    sqlite3_finalize(c->cells);
    sqlite3_finalize(c->values);
    for (size_t i = 0; i < c->count; i++) {
        free(c->metrics[i].name);
        free(c->metrics[i].values);
    }
    free(c->metrics);
    free(c);
    return SQLITE_OK;
}

static int medians_filter(sqlite3_vtab_cursor *cursor, int number, const char *text, int count,
                          sqlite3_value **values) {
    (void)number, (void)text, (void)count, (void)values;
    struct medians_cursor *c = (struct medians_cursor *)cursor;
    sqlite3_reset(c->cells);
    c->at = c->count; // of no cell yet
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
    const struct medians_metric *m = &c->metrics[c->at];
    switch (column) {
    case MEDIANS_CELL:
        sqlite3_result_int64(context, c->cell);
        break;
    case MEDIANS_METRIC:
        sqlite3_result_text(context, m->name, -1, SQLITE_TRANSIENT);
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
