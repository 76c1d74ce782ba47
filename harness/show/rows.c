// rows.c - reads the rows of a query, and turns metrics into columns.

#include "rows.h"

#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------------------------------- cells
static struct rows_cell rows_cell_of(sqlite3_stmt *statement, int column) {
    const char *text;
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        return (struct rows_cell){NULL, NAN};
    case SQLITE_FLOAT: // SQLite's own text of it would take as long, and have ".0"
        return (struct rows_cell){text_format("%.15g", sqlite3_column_double(statement, column)),
                                  sqlite3_column_double(statement, column)};
    case SQLITE_INTEGER:
        return (struct rows_cell){
            text_format("%s", (const char *)sqlite3_column_text(statement, column)),
            (double)sqlite3_column_int64(statement, column)};
    default:
        text = (const char *)sqlite3_column_text(statement, column);
        return (struct rows_cell){must(strdup(text ? text : "")), NAN};
    }
}

// The digits of a number, in room for 24 bytes.
static const char *rows_whole(int64_t number, char *room) {
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char *at = room + 23;
    do
        *--at = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--at = '-';
    return at;
}

// As rows_cell_of has it, for tables of millions of cells. Most numbers are whole, which printf takes five times as long for.
static void rows_write_cell(sqlite3_stmt *statement, int column, FILE *out) {
    double number = sqlite3_column_double(statement, column);
    bool real = sqlite3_column_type(statement, column) == SQLITE_FLOAT;
    if (real &&
        (fabs(number) >= 1e15 || number != trunc(number) || (number == 0 && signbit(number))))
        fprintf(out, "%.15g", number);
    else if (real)
        fputs(rows_whole((int64_t)number, (char[24]){0}), out);
    else if (sqlite3_column_type(statement, column) != SQLITE_NULL)
        text_csv(out, (const char *)sqlite3_column_text(statement, column));
}

static struct rows_cell rows_cell_copy(const struct rows_cell *cell) {
    return (struct rows_cell){cell->text ? must(strdup(cell->text)) : NULL, cell->number};
}

static bool rows_cell_equal(const struct rows_cell *a, const struct rows_cell *b) {
    return a->text && b->text ? !strcmp(a->text, b->text) : a->text == b->text;
}

static struct rows_cell *rows_add_line(struct rows *rows) {
    rows->lines = must(realloc(rows->lines, (rows->count + 1) * sizeof *rows->lines));
    struct rows_cell *line = must(calloc(rows->column_count + 1, sizeof *line));
    for (size_t c = 0; c < rows->column_count; c++)
        line[c].number = NAN;
    return rows->lines[rows->count++] = line;
}

static void rows_add_column(struct rows *rows, char *name) {
    rows->columns = must(realloc(rows->columns, (rows->column_count + 1) * sizeof *rows->columns));
    rows->columns[rows->column_count++] =
        (struct rows_column){.name = name, .low = -1, .high = -1, .n = -1, .standing = -1};
}

// ------------------------------------------------------------------------------------------ across
static const char *const rows_across_parts[] = {"median", "low", "high", "n", "standing"};
static const char *const rows_across_suffixes[] = {"", "_low", "_high", "_n", "_standing"};
enum { ACROSS_PARTS = sizeof rows_across_parts / sizeof *rows_across_parts };

// A pivot. from: column of rows that a column of the result comes from; metric: NULL for one that
// is copied.
struct across {
    struct rows *in, *out;
    int column, parts[ACROSS_PARTS];
    int *from;
    char **metric;
};

static bool rows_across_is_part(const struct across *a, int column) {
    bool part = column == a->column;
    for (int p = 0; p < ACROSS_PARTS; p++)
        part |= column == a->parts[p];
    return part;
}

static void rows_across_column(struct across *a, char *name, int from, char *metric) {
    size_t count = a->out->column_count + 1;
    a->from = must(realloc(a->from, count * sizeof *a->from));
    a->metric = must(realloc(a->metric, count * sizeof *a->metric));
    a->from[count - 1] = from;
    a->metric[count - 1] = metric;
    rows_add_column(a->out, name);
}

// The columns of each metric, in the order in which rows first name them.
static void rows_across_metrics(struct across *a) {
    for (size_t line = 0; line < a->in->count; line++) {
        const char *metric = rows_text(a->in, line, a->column);
        if (!*metric || rows_find(a->out, metric) >= 0)
            continue;
        for (int p = 0; p < ACROSS_PARTS; p++)
            if (a->parts[p] >= 0)
                rows_across_column(a, text_format("%s%s", metric, rows_across_suffixes[p]),
                                   a->parts[p], a->in->lines[line][a->column].text);
    }
}

static void rows_across_columns(struct across *a) {
    for (int c = 0; c < (int)a->in->column_count; c++)
        if (c == a->column)
            rows_across_metrics(a);
        else if (!rows_across_is_part(a, c))
            rows_across_column(a, must(strdup(a->in->columns[c].name)), c, NULL);
}

static bool rows_across_same_row(const struct across *a, size_t x, size_t y) {
    for (int c = 0; c < (int)a->in->column_count; c++)
        if (!rows_across_is_part(a, c) &&
            !rows_cell_equal(&a->in->lines[x][c], &a->in->lines[y][c]))
            return false;
    return true;
}

static void rows_across_fill(const struct across *a, size_t line, struct rows_cell *into,
                             bool fresh) {
    const char *metric = rows_text(a->in, line, a->column);
    for (size_t c = 0; c < a->out->column_count; c++) {
        bool mine = a->metric[c] ? !strcmp(a->metric[c], metric) : fresh;
        if (mine) {
            free(into[c].text);
            into[c] = rows_cell_copy(&a->in->lines[line][a->from[c]]);
        }
    }
}

// The rows themselves when they have no column `across`.
static struct rows *rows_across(struct rows *in) {
    struct across a = {.in = in, .column = rows_find(in, "across")};
    if (a.column < 0)
        return in;
    a.out = must(calloc(1, sizeof *a.out));
    a.out->db = in->db;
    for (int p = 0; p < ACROSS_PARTS; p++)
        a.parts[p] = rows_find(in, rows_across_parts[p]);
    rows_across_columns(&a);
    struct rows_cell *into = NULL;
    for (size_t line = 0; line < in->count; line++) {
        bool fresh = !line || !rows_across_same_row(&a, line - 1, line);
        if (fresh)
            into = rows_add_line(a.out);
        rows_across_fill(&a, line, into, fresh);
    }
    free(a.from);
    free(a.metric);
    rows_free(in);
    return a.out;
}

// ----------------------------------------------------------------------------------------- columns
static bool rows_ends(const char *name, const char *suffix) {
    size_t a = strlen(name), b = strlen(suffix);
    return a > b && !strcmp(name + a - b, suffix);
}

static int rows_with_suffix(const struct rows *rows, const char *name, const char *suffix) {
    char *whole = text_format("%s%s", name, suffix);
    int column = rows_find(rows, whole);
    free(whole);
    return column;
}

// A title from a name: without its unit, and spaces for underscores.
static char *rows_spaced(const char *name, size_t length) {
    char *title = text_format("%.*s", (int)length, name);
    for (char *c = title; *c; c++)
        if (*c == '_')
            *c = ' ';
    return title;
}

static void rows_name_column(struct rows_column *column, sqlite3_stmt *metric) {
    static const char *const units[] = {"_ns", "_bytes"};
    const char *own = strstr(column->name, "__");
    if (metric) {
        sqlite3_reset(metric);
        sqlite3_bind_text(metric, 1, column->name, -1, SQLITE_STATIC);
        if (sqlite3_step(metric) == SQLITE_ROW) {
            column->title = text_format("%s", (const char *)sqlite3_column_text(metric, 0));
            column->unit = text_format("%s", (const char *)sqlite3_column_text(metric, 1));
            return;
        }
    }
    for (size_t i = 0; i < sizeof units / sizeof *units && !own; i++)
        if (rows_ends(column->name, units[i]))
            own = column->name + strlen(column->name) - strlen(units[i]);
    column->title = rows_spaced(column->name, own ? (size_t)(own - column->name) : 200);
    column->unit = text_format("%s", own ? own + 1 + (own[1] == '_') : "");
}

static void rows_find_parts(struct rows *rows, struct rows_column *column) {
    column->standing = rows_with_suffix(rows, column->name, "_standing");
    if (column->standing >= 0)
        rows->columns[column->standing].part = true;
    int low = rows_with_suffix(rows, column->name, "_low");
    int high = rows_with_suffix(rows, column->name, "_high");
    if (low < 0 || high < 0)
        return;
    column->low = low;
    column->high = high;
    column->n = rows_with_suffix(rows, column->name, "_n");
    rows->columns[low].part = rows->columns[high].part = true;
    if (column->n >= 0)
        rows->columns[column->n].part = true;
}

static struct rows *rows_describe(struct rows *rows) {
    static const char sql[] =
        "select coalesce(title, name), coalesce(unit, '') from metric where name = ?1";
    sqlite3_stmt *metric = NULL;
    sqlite3_prepare_v2(rows->db, sql, -1, &metric, NULL); // any database may be asked
    for (size_t c = 0; c < rows->column_count; c++) {
        struct rows_column *column = &rows->columns[c];
        rows_name_column(column, metric);
        rows_find_parts(rows, column);
        column->hidden = !strcmp(column->name, "plot");
        column->numbers = *column->unit != 0;
        for (size_t line = 0; line < rows->count; line++)
            column->numbers |= !isnan(rows->lines[line][c].number);
    }
    sqlite3_finalize(metric);
    return rows;
}

// ------------------------------------------------------------------------------------------ public
struct rows *rows_read(sqlite3_stmt *statement) {
    struct rows *rows = must(calloc(1, sizeof *rows));
    rows->db = sqlite3_db_handle(statement);
    for (int c = 0; c < sqlite3_column_count(statement); c++)
        rows_add_column(rows, text_format("%s", sqlite3_column_name(statement, c)));
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct rows_cell *line = rows_add_line(rows);
        for (size_t c = 0; c < rows->column_count; c++)
            line[c] = rows_cell_of(statement, (int)c);
    }
    if (code != SQLITE_DONE) {
        rows_free(rows);
        return NULL;
    }
    return rows_describe(rows_across(rows));
}

int rows_stream(sqlite3_stmt *statement, FILE *out) {
    int columns = sqlite3_column_count(statement), code;
    for (int c = 0; c < columns; c++) {
        fputs(c ? "," : "", out);
        text_csv(out, sqlite3_column_name(statement, c));
    }
    fputs("\r\n", out);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int c = 0; c < columns; c++) {
            if (c)
                fputc(',', out);
            rows_write_cell(statement, c, out);
        }
        fputs("\r\n", out);
    }
    return code;
}

struct rows *rows_query(sqlite3 *db, const char *sql, char *error, size_t error_bytes) {
    sqlite3_stmt *statement = NULL;
    struct rows *rows = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && statement)
        rows = rows_read(statement);
    if (!rows)
        snprintf(error, error_bytes, "%s", statement ? sqlite3_errmsg(db) : "there is no query");
    if (!rows && !statement && sqlite3_errcode(db) != SQLITE_OK)
        snprintf(error, error_bytes, "%s", sqlite3_errmsg(db));
    sqlite3_finalize(statement);
    return rows;
}

void rows_free(struct rows *rows) {
    if (!rows)
        return;
    for (size_t line = 0; line < rows->count && !rows->borrowed; line++) {
        for (size_t c = 0; c < rows->column_count; c++)
            free(rows->lines[line][c].text);
        free(rows->lines[line]);
    }
    for (size_t c = 0; c < rows->column_count && !rows->borrowed; c++) {
        free(rows->columns[c].name);
        free(rows->columns[c].title);
        free(rows->columns[c].unit);
    }
    free(rows->columns);
    free(rows->lines);
    free(rows);
}

int rows_find(const struct rows *rows, const char *name) {
    for (size_t c = 0; c < rows->column_count; c++)
        if (!strcmp(rows->columns[c].name, name))
            return (int)c;
    return -1;
}

const char *rows_text(const struct rows *rows, size_t line, int column) {
    const char *text = column >= 0 ? rows->lines[line][column].text : NULL;
    return text ? text : "";
}

double rows_number(const struct rows *rows, size_t line, int column) {
    return column >= 0 ? rows->lines[line][column].number : NAN;
}

struct rows *rows_part(const struct rows *rows, const char *column, const char *text) {
    struct rows *part = must(malloc(sizeof *part));
    int key = rows_find(rows, column);
    *part = *rows;
    part->borrowed = true;
    part->lines = must(calloc(rows->count + 1, sizeof *part->lines));
    part->columns = must(malloc((rows->column_count + 1) * sizeof *part->columns));
    memcpy(part->columns, rows->columns, rows->column_count * sizeof *part->columns);
    part->count = 0;
    for (size_t line = 0; line < rows->count; line++)
        if (!strcmp(rows_text(rows, line, key), text))
            part->lines[part->count++] = rows->lines[line];
    if (key >= 0)
        part->columns[key].hidden = true;
    return part;
}

bool rows_stands(const struct rows *rows, size_t line, int column, const char *standing) {
    return !strcmp(rows_text(rows, line, rows->columns[column].standing), standing);
}

const char *rows_mark(const struct rows *rows, size_t line, int column) {
    bool shaken = rows_stands(rows, line, column, "shaken") && *rows_text(rows, line, column);
    return shaken ? "!" : rows_stands(rows, line, column, "open") ? "~" : "";
}
