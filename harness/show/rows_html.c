// rows_html.c - writes rows as a table of the page.

#include "rows.h"

#include "base/names.h"
#include "base/table.h"
#include "base/text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// How far a ratio is from the best: a page tints it.
static int rows_tint(const struct rows *rows, size_t line, int column) {
    static const double limits[] = {1.1, 1.5, 2.5, 5};
    double ratio = rows_number(rows, line, column);
    int tint = 0;
    if (strcmp(rows->columns[column].unit, "ratio") != 0 || isnan(ratio))
        return -1;
    while (tint < (int)(sizeof limits / sizeof *limits) && ratio > limits[tint])
        tint++;
    return tint;
}

// The column that a row begins with, or -1.
static int rows_first(const struct rows *rows) {
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows_is_shown(&rows->columns[c]))
            return (int)c;
    return -1;
}

// Words stand at the left, as a first column does without being told to; numbers are most of a page.
static bool rows_html_words(const struct rows *rows, int column) {
    return !rows->columns[column].numbers && column != rows_first(rows);
}

static void rows_html_class(const struct rows *rows, size_t line, int column, const char *shown,
                            FILE *out) {
    enum { LONG_TEXT = 40 }; // characters: it may be broken into lines
    int tint = rows_tint(rows, line, column);
    bool open = *rows_mark(rows, line, column);
    bool best = rows_stands(rows, line, column, "best");
    bool text = !rows->columns[column].numbers && strlen(shown) > LONG_TEXT;
    char class[40];
    snprintf(class, sizeof class, "%s%s%s", text ? "text " : "", open ? "o " : "",
             best ? "b " : "");
    if (tint >= 0)
        snprintf(class + strlen(class), sizeof class - strlen(class), "t%d ", tint);
    if (*class)
        fprintf(out,
                strchr(class, ' ') == class + strlen(class) - 1 ? " class=%.*s" : " class=\"%.*s\"",
                (int)strlen(class) - 1, class);
}

// Of how many blocks an interval is, where that is less than most are of.
static void rows_html_blocks(const struct rows *rows, size_t line, int n, double most, FILE *out) {
    double blocks = n < 0 ? most : rows_number(rows, line, n);
    if (blocks < most)
        fprintf(out, ", %.0f block%s", blocks, blocks == 1 ? "" : "s");
}

// "65 to 65 MB" says no more than the median does, nor does "9 to 9".
static bool rows_html_flat(const char *interval) {
    const char *to = strstr(interval, " to ");
    size_t length = to ? (size_t)(to - interval) : 0;
    return to && !strncmp(interval, to + 4, length) && (!to[4 + length] || to[4 + length] == ' ');
}

// End tags that HTML lets go are left out: a page has thousands of them.
// link: what the cell is a link to, NULL when it is none.
static void rows_html_cell(const struct rows *rows, size_t line, int column, double most,
                           const char *link, FILE *out) {
    const struct rows_column *c = &rows->columns[column];
    char *shown = rows_shown(rows, line, column), *interval = rows_interval(rows, line, column);
    fputs("<td", out);
    rows_html_class(rows, line, column, shown, out);
    bool ranged = interval && !strcmp(c->unit, "ratio"); // its range is worth seeing
    bool few = interval && c->n >= 0 && rows_number(rows, line, c->n) < most;
    if (interval && !ranged && (few || !rows_html_flat(interval))) {
        fprintf(out, " title=\"%s", interval);
        rows_html_blocks(rows, line, c->n, most, out);
        fputc('"', out);
    }
    fputc('>', out);
    if (link)
        fprintf(out, "<a href=#%s>", link);
    text_html(out, shown);
    fprintf(out, "%s%s", rows_mark(rows, line, column), link ? "</a>" : "");
    if (ranged)
        fprintf(out, " <small>%.3g&ndash;%.3g</small>", rows_number(rows, line, c->low),
                rows_number(rows, line, c->high));
    free(interval);
    free(shown);
}

// The point after the table's name tells a row from a figure, which may show the same.
static void rows_name_part(const char *text, bool first, FILE *name) {
    fputc(first ? '.' : '-', name);
    text_id(name, text);
}

// Whether a column says what its row is about. What came of it, and facts of it, may be another in
// the next run, in which the row has the same name.
static bool rows_names(const struct rows_column *column) {
    static const char *const facts[] = {"outcome", "verdict", "family", "default", "unit", "value"};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (!strcmp(column->name, facts[i]))
            return false;
    return true;
}

// A row's name in links: all that it says in words; its first cell, where that is more than a word.
// A new string.
static char *rows_name(const struct rows *rows, size_t line) {
    struct text name;
    bool said = false, first = true;
    text_open(&name);
    fputs(rows->anchor, name.file);
    for (size_t c = 0; c < rows->column_count; c++) {
        const struct rows_column *column = &rows->columns[c];
        const char *text = rows_text(rows, line, (int)c);
        bool word = !column->numbers && !column->part && !strchr(text, ' ') && rows_names(column);
        if (*text && (word || column->hidden)) {
            rows_name_part(text, first, name.file);
            first = false;
        }
        said |= *text && word && rows_is_shown(column);
    }
    for (size_t c = 0; c < rows->column_count && !said; c++) {
        said = rows_is_shown(&rows->columns[c]);
        if (said)
            rows_name_part(rows_text(rows, line, (int)c), first, name.file);
    }
    text_close(&name);
    return name.data;
}

// What a page can find the row by. A strategy that a row begins with, the page's script knows.
static void rows_html_data(const struct rows *rows, size_t line, const char *column, char letter,
                           FILE *out) {
    int at = rows_find(rows, column);
    const char *text = rows_text(rows, line, at);
    if (*text && (letter != 's' || at != rows_first(rows)))
        text_data(out, letter, text, SIZE_MAX);
}

// name: of the row, to which its first cell is a link; NULL when it has none of its own.
static void rows_html_line(const struct rows *rows, size_t line, const char *name, double most,
                           FILE *out) {
    fputs("<tr", out);
    if (name)
        fprintf(out, " id=\"%s\"", name);
    rows_html_data(rows, line, "strategy", 's', out);
    rows_html_data(rows, line, "family", 'f', out);
    fputc('>', out);
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows_is_shown(&rows->columns[c]))
            rows_html_cell(rows, line, (int)c, most, (int)c == rows_first(rows) ? name : NULL, out);
    fputc('\n', out);
}

// The blocks of the intervals of a table: the fewest and the most; 0 when there is none.
struct rows_blocks {
    double fewest, most;
};

static struct rows_blocks rows_blocks(const struct rows *rows) {
    struct rows_blocks blocks = {INFINITY, 0};
    for (size_t c = 0; c < rows->column_count; c++)
        for (size_t line = 0; line < rows->count; line++)
            if (rows->columns[c].n >= 0 && rows_number(rows, line, rows->columns[c].low) > -1e300) {
                double n = rows_number(rows, line, rows->columns[c].n);
                blocks.fewest = fmin(blocks.fewest, n);
                blocks.most = fmax(blocks.most, n);
            }
    return isinf(blocks.fewest) ? (struct rows_blocks){0, 0} : blocks;
}

static void rows_html_lines(const struct rows *rows, FILE *out) {
    struct names names = {0};
    double most = rows_blocks(rows).most;
    for (size_t line = 0; line < rows->count; line++) {
        char *name = rows->anchor ? rows_name(rows, line) : NULL;
        bool known = !name || !strcmp(name, rows->anchor) || names_has(&names, name);
        if (!known)
            names_add(&names, name);
        rows_html_line(rows, line, known ? NULL : name, most, out);
        free(name);
    }
    names_free(&names);
}

// An interval of a median reaches from the lowest value to the highest when there are few of them,
// and covers less than 95 %.
static void rows_html_note(const struct rows *rows, FILE *out) {
    double fewest = rows_blocks(rows).fewest;
    sqlite3_stmt *coverage = NULL;
    if (fewest < 2 ||
        sqlite3_prepare_v2(rows->db, "select coverage(?1)", -1, &coverage, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_int(coverage, 1, (int)fewest);
    double covers = sqlite3_step(coverage) == SQLITE_ROW ? sqlite3_column_double(coverage, 0) : 1;
    if (covers < 0.95)
        fprintf(out,
                "<p class=\"small\">An interval of %.0f blocks contains the true median in %s of "
                "cases, not in 95&nbsp;%%.</p>\n",
                fewest, si_percent(covers).text);
    sqlite3_finalize(coverage);
}

// Which columns are words, said once for all cells: the class w3 is the third (plots/report.html).
static void rows_html_open(const struct rows *rows, FILE *out) {
    int place = 0;
    const char *before = " class=\"";
    fputs("<div class=\"wide\"><table", out);
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows_is_shown(&rows->columns[c]) && ++place && rows_html_words(rows, (int)c)) {
            fprintf(out, "%sw%d", before, place);
            before = " ";
        }
    fputs(before[1] ? "><thead><tr>" : "\"><thead><tr>", out);
}

void rows_html(const struct rows *rows, FILE *out) {
    rows_html_open(rows, out);
    for (size_t c = 0; c < rows->column_count; c++)
        if (rows_is_shown(&rows->columns[c])) {
            fputs("<th>", out);
            text_html(out, rows->columns[c].title);
        }
    fputs("<tbody>\n", out);
    rows_html_lines(rows, out);
    fputs("</table></div>\n", out);
    rows_html_note(rows, out);
}
