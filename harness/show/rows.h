// rows.h - what a query answered, as a table for people or for programs.
//
// Everything that prints rows prints them here: the terminal's tables, the page's, `heapbench
// query`, the data of plots. A query says by the names of its columns what they hold:
//
//   cpu_ns_per_step   a metric's name: title and unit are the metric's, from the table `metric`
//   width__fraction   a unit of its own: "width", shown as a percentage
//   x_ns, x_bytes     that unit, too
//   value, median, low, high, against, before, after    beside a column `metric`: the unit of the
//   row's metric
//   x, x_low, x_high  a value and its interval: one column for people, three for programs
//   x_n               beside them: over how many blocks, which says what the interval covers
//   x_standing        beside x: best; open, where this run does not tell it apart from the best,
//                     which people see as "~"; shaken, where it is not to be trusted: "!"
//   across            the names of a metric in each row: rows that are equal but for across,
//                     median, low, high, n and standing become one, with a column for each metric
//   plot              which picture the row belongs to; never shown
//   strategy, family  of the row: a page can point them out
//
// People see NULL as "?" (unknown) and an empty text as "-" (none). Programs see both as nothing
// (JSON: null and ""). Units: ns, bytes, steps/s, fraction, ratio; any other counts something.

#ifndef HEAPBENCH_ROWS_H
#define HEAPBENCH_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum rows_format { ROWS_TERMINAL, ROWS_HTML, ROWS_MARKDOWN, ROWS_TSV, ROWS_CSV, ROWS_JSON };
enum { ROWS_FORMATS = ROWS_JSON + 1 };

// text    NULL: unknown. A number's is what programs read: 15 digits
struct rows_cell {
    char *text;
    double number; // NAN for a text
};

// low, high, n, standing  columns that belong to this one; -1: none
// part          it is such a column of another
struct rows_column {
    char *name, *title, *unit; // unit: "" when it has none
    int low, high, n, standing;
    bool part, hidden, numbers;
};

struct rows {
    sqlite3 *db;
    struct rows_column *columns;
    size_t column_count;
    struct rows_cell **lines; // count of them, column_count cells each
    size_t count;
    bool borrowed; // the columns and cells are another's
    // for the page: its rows are linked to as ANCHOR-...; NULL: no links
    const char *anchor;
    // for a terminal: columns that it has; 0: as many as it takes, and intervals. Those that do not
    // fit are left out
    size_t width;
    bool coloured; // the terminal knows grey
};

// rows_read - all rows of a prepared statement, which is left for the caller to finalize.
//   returns  NULL when the query failed; sqlite3_errmsg of its database says why
struct rows *rows_read(sqlite3_stmt *statement);
// rows_query - the same of a text of SQL: NULL with one line in error.
struct rows *rows_query(sqlite3 *db, const char *sql, char *error, size_t error_bytes);
void rows_free(struct rows *rows);

// rows_stream - the rows of a prepared statement as CSV (RFC 4180), line by line: no more than one
// is in memory. Returns an SQLite result code, SQLITE_DONE when all is written.
int rows_stream(sqlite3_stmt *statement, FILE *out);

// rows_find - the column of this name, -1 when there is none.
int rows_find(const struct rows *rows, const char *name);
// rows_text - a cell as programs read it; "" for NULL and for a column of -1.
const char *rows_text(const struct rows *rows, size_t line, int column);
// rows_number - NAN for what is no number.
double rows_number(const struct rows *rows, size_t line, int column);
// rows_shown - a cell as people read it. A new string.
char *rows_shown(const struct rows *rows, size_t line, int column);

// rows_interval - "LOW to HIGH", with one unit when they have the same; NULL when there is no
// interval. A new string.
char *rows_interval(const struct rows *rows, size_t line, int column);
// rows_is_shown - a column of its own, for people.
bool rows_is_shown(const struct rows_column *column);

// rows_part - the rows with this text in a column, which is then not shown. It borrows from rows.
struct rows *rows_part(const struct rows *rows, const char *column, const char *text);

// rows_stands - whether that is the standing of a cell.
bool rows_stands(const struct rows *rows, size_t line, int column, const char *standing);

// rows_mark - what people see after a cell for its standing: "~", "!" or "".
const char *rows_mark(const struct rows *rows, size_t line, int column);

// rows_print - as a table in a format. TSV: a head that starts with #, and when there is a column
// `series`, two blank lines (gnuplot's blocks) wherever panel, series or metric change.
void rows_print(const struct rows *rows, enum rows_format format, FILE *out);
void rows_html(const struct rows *rows, FILE *out); // rows_print does it
// rows_format - by name: terminal, html, markdown, tsv, csv, json; false when it is none of them.
bool rows_format(const char *name, enum rows_format *format);
extern const char *const rows_format_names[ROWS_FORMATS];

// rows_unit_text - a number as people read it in this unit. A new string.
char *rows_unit_text(const char *unit, double number);

#endif
