// rows_print.c - writes rows in each format: for people with units and intervals, for programs as
// they are.

#include "rows.h"

#include "base/must.h"
#include "base/table.h"
#include "base/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const rows_format_names[ROWS_FORMATS] = {"terminal", "html", "markdown",
                                                     "tsv",      "csv",  "json"};

bool rows_format(const char *name, enum rows_format *format) {
    for (int i = 0; i < ROWS_FORMATS; i++)
        if (!strcmp(name, rows_format_names[i])) {
            *format = (enum rows_format)i;
            return true;
        }
    return false;
}

// ------------------------------------------------------------------------------------------- units
char *rows_unit_text(const char *unit, double number) {
    static const struct {
        const char *unit;
        struct si (*text)(double);
    } units[] = {
        {"ns", si_time}, {"bytes", si_bytes}, {"steps/s", si_rate}, {"fraction", si_percent}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (!strcmp(unit, units[i].unit))
            return text_format("%s", units[i].text(number).text);
    if (!strcmp(unit, "ratio"))
        return text_format("%.3gx", number);
    return text_format("%s", si_count(number).text);
}

// The unit of a column, or of the metric that the row names beside a column `metric`. A new string.
static char *rows_unit_of(const struct rows *rows, size_t line, int column) {
    static const char *const follow[] = {"value",   "median", "low",  "high",
                                         "against", "before", "after"};
    static const char sql[] = "select unit from metric where name = ?1";
    const struct rows_column *c = &rows->columns[column];
    int metric = rows_find(rows, "metric");
    bool follows = false;
    for (size_t i = 0; i < sizeof follow / sizeof *follow; i++)
        follows |= !strcmp(c->name, follow[i]);
    if (*c->unit || !follows || metric < 0)
        return text_format("%s", c->unit);
    sqlite3_stmt *statement = NULL;
    const char *unit = NULL;
    if (sqlite3_prepare_v2(rows->db, sql, -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, rows_text(rows, line, metric), -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW)
            unit = (const char *)sqlite3_column_text(statement, 0);
    }
    char *copy = text_format("%s", unit ? unit : "");
    sqlite3_finalize(statement);
    return copy;
}

char *rows_shown(const struct rows *rows, size_t line, int column) {
    const struct rows_cell *cell = &rows->lines[line][column];
    if (!cell->text)
        return text_format("?");
    if (isnan(cell->number))
        return text_format("%s", *cell->text ? cell->text : "-");
    char *unit = rows_unit_of(rows, line, column), *text;
    if (*unit)
        text = rows_unit_text(unit, cell->number);
    else if (cell->number == floor(cell->number))
        text = text_format("%s", cell->text); // a seed or a block is not to be rounded
    else
        text = text_format("%.4g", cell->number);
    free(unit);
    return text;
}

char *rows_interval(const struct rows *rows, size_t line, int column) {
    const struct rows_column *c = &rows->columns[column];
    if (c->low < 0 || isnan(rows_number(rows, line, c->low)))
        return NULL;
    char *low = rows_unit_text(c->unit, rows_number(rows, line, c->low));
    char *high = rows_unit_text(c->unit, rows_number(rows, line, c->high));
    char *unit = strrchr(low, ' '), *same = strrchr(high, ' ');
    if (unit && same && !strcmp(unit, same)) // "10 to 30 ns"
        *unit = 0;
    char *text = text_format("%s to %s", low, high);
    free(low);
    free(high);
    return text;
}

bool rows_is_shown(const struct rows_column *column) {
    return !column->hidden && !column->part;
}

// ---------------------------------------------------------------------------------------- terminal
static char *rows_terminal_text(const struct rows *rows, size_t line, int column) {
    char *shown = rows_shown(rows, line, column);
    char *interval = rows->width ? NULL : rows_interval(rows, line, column);
    const char *mark = rows_mark(rows, line, column);
    bool grey = rows->coloured && *mark;
    char *text = interval ? text_format("%s%s [%s]", shown, mark, interval)
                          : text_format("%s%s%s%s", grey ? "\033[90m" : "", shown, mark,
                                        grey ? "\033[0m" : "");
    free(shown);
    free(interval);
    return text;
}

// A table of the terminal. texts: of column i those from texts + i * rows->count
struct rows_grid {
    struct table_column *columns;
    char **texts;
    size_t count;
};

static struct rows_grid rows_lay_out(const struct rows *rows) {
    struct rows_grid g = {must(calloc(rows->column_count + 1, sizeof *g.columns)),
                          must(calloc(rows->count * rows->column_count + 1, sizeof *g.texts)), 0};
    for (size_t c = 0; c < rows->column_count; c++) {
        const struct rows_column *column = &rows->columns[c];
        if (!rows_is_shown(column))
            continue;
        char **texts = &g.texts[g.count * rows->count];
        g.columns[g.count] = (struct table_column){column->title, 0, column->numbers};
        for (size_t r = 0; r < rows->count; r++)
            texts[r] = rows_terminal_text(rows, r, (int)c);
        table_fit(&g.columns[g.count++], (const char *const *)texts, rows->count);
    }
    return g;
}

// Which columns the terminal has room for, in front the first one: those that fit after what stands
// left of them. A wide text leaves its room to the numbers after it.
static size_t rows_fitting(const struct rows *rows, const struct rows_grid *g, size_t *fitting) {
    size_t used = 0, count = 0;
    for (size_t c = 0; c < g->count; c++) {
        size_t width = (size_t)g->columns[c].width + (c ? 2 : 0);
        if (!c || !rows->width || used + width <= rows->width) {
            fitting[count++] = c;
            used += width;
        }
    }
    return count;
}

static void rows_say_left_out(const struct rows_grid *g, const size_t *fitting, size_t count,
                              FILE *out) {
    const char *before = "(in a wider terminal: ";
    for (size_t c = 0, kept = 0; c < g->count; c++) {
        if (kept < count && fitting[kept] == c) {
            kept++;
            continue;
        }
        fprintf(out, "%s%s", before, g->columns[c].title);
        before = ", ";
    }
    fputs(count < g->count ? ")\n" : "", out);
}

static void rows_put_fitting(const struct rows *rows, const struct rows_grid *g,
                             const size_t *fitting, size_t count, FILE *out) {
    struct table_column *columns = must(calloc(count + 1, sizeof *columns));
    const char **line = must(calloc(count + 1, sizeof *line));
    for (size_t c = 0; c < count; c++)
        columns[c] = g->columns[fitting[c]];
    table_head(out, columns, count);
    for (size_t r = 0; r < rows->count; r++) {
        for (size_t c = 0; c < count; c++)
            line[c] = g->texts[fitting[c] * rows->count + r];
        table_row(out, columns, count, line);
    }
    free(line);
    free(columns);
}

static void rows_terminal(const struct rows *rows, FILE *out) {
    struct rows_grid g = rows_lay_out(rows);
    size_t *fitting = must(calloc(g.count + 1, sizeof *fitting));
    size_t count = rows_fitting(rows, &g, fitting);
    rows_put_fitting(rows, &g, fitting, count, out);
    rows_say_left_out(&g, fitting, count, out);
    for (size_t i = 0; i < g.count * rows->count; i++)
        free(g.texts[i]);
    free(fitting);
    free(g.texts);
    free(g.columns);
}

// ---------------------------------------------------------------------------------------- Markdown
static void rows_markdown_text(const char *text, FILE *out) {
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void rows_markdown(const struct rows *rows, FILE *out) {
    for (int head = 1; head >= 0; head--) {
        for (size_t c = 0; c < rows->column_count; c++) {
            if (!rows_is_shown(&rows->columns[c]))
                continue;
            fputs(head ? "| " : rows->columns[c].numbers ? "| --: " : "| --- ", out);
            if (head) {
                rows_markdown_text(rows->columns[c].title, out);
                fputc(' ', out);
            }
        }
        fputs("|\n", out);
    }
    for (size_t line = 0; line < rows->count; line++) {
        for (size_t c = 0; c < rows->column_count; c++) {
            if (!rows_is_shown(&rows->columns[c]))
                continue;
            char *text = rows_terminal_text(rows, line, (int)c);
            fputs("| ", out);
            rows_markdown_text(text, out);
            fputc(' ', out);
            free(text);
        }
        fputs("|\n", out);
    }
}

// ------------------------------------------------------------------------------------ for programs
static void rows_tsv_text(const char *text, FILE *out) {
    for (; *text; text++)
        fputc(strchr("\t\n\r", *text) ? ' ' : *text, out);
}

static bool rows_changes(const struct rows *rows, size_t line, const char *column) {
    int c = rows_find(rows, column);
    return strcmp(rows_text(rows, line - 1, c), rows_text(rows, line, c)) != 0;
}

static void rows_tsv(const struct rows *rows, FILE *out) {
    const char *between = "# ";
    for (size_t c = 0; c < rows->column_count; c++)
        if (!rows->columns[c].hidden) {
            fprintf(out, "%s%s", between, rows->columns[c].name);
            between = "\t";
        }
    fputc('\n', out);
    bool blocks = rows_find(rows, "series") >= 0;
    for (size_t line = 0; line < rows->count; line++) {
        if (blocks && line &&
            (rows_changes(rows, line, "panel") || rows_changes(rows, line, "series") ||
             rows_changes(rows, line, "metric")))
            fputs("\n\n", out);
        between = "";
        for (size_t c = 0; c < rows->column_count; c++)
            if (!rows->columns[c].hidden) {
                fputs(between, out);
                rows_tsv_text(rows_text(rows, line, (int)c), out);
                between = "\t";
            }
        fputc('\n', out);
    }
}

static void rows_csv(const struct rows *rows, FILE *out) {
    for (size_t line = 0; line <= rows->count; line++) { // the head first
        const char *between = "";
        for (size_t c = 0; c < rows->column_count; c++)
            if (!rows->columns[c].hidden) {
                fputs(between, out);
                text_csv(out, line ? rows_text(rows, line - 1, (int)c) : rows->columns[c].name);
                between = ",";
            }
        fputs("\r\n", out);
    }
}

static json_t *rows_json_cell(const struct rows_cell *cell) {
    if (!cell->text)
        return json_null();
    if (isnan(cell->number))
        return json_string(cell->text);
    bool whole = !strpbrk(cell->text, ".eEn"); // "inf" and "nan" have an n
    return whole ? json_integer(strtoll(cell->text, NULL, 10)) : json_real(cell->number);
}

static void rows_json(const struct rows *rows, FILE *out) {
    fputc('[', out);
    for (size_t line = 0; line < rows->count; line++) {
        json_t *object = must(json_object());
        for (size_t c = 0; c < rows->column_count; c++)
            if (!rows->columns[c].hidden)
                json_object_set_new(object, rows->columns[c].name,
                                    rows_json_cell(&rows->lines[line][c]));
        fputs(line ? ",\n" : "\n", out);
        json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
        json_decref(object);
    }
    fputs("\n]\n", out);
}

void rows_print(const struct rows *rows, enum rows_format format, FILE *out) {
    static void (*const formats[ROWS_FORMATS])(const struct rows *, FILE *) = {
        rows_terminal, rows_html, rows_markdown, rows_tsv, rows_csv, rows_json};
    formats[format](rows, out);
}
