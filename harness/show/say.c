// say.c - three sentence patterns, filled from rows.

#include "say.h"

#include "base/must.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The metric's title, else its name. A new string.
static char *say_title(sqlite3 *db, const char *metric) {
    sqlite3_stmt *statement = NULL;
    char *title = NULL;
    if (sqlite3_prepare_v2(db, "select title from metric where name = ?1", -1, &statement, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(statement, 1, metric, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW)
            title = text_format("%s", (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return title ? title : text_format("%s", metric);
}

static void say_shown(const struct rows *rows, size_t line, const char *column, FILE *out) {
    char *text = rows_shown(rows, line, rows_find(rows, column));
    text_html(out, text);
    free(text);
}

static void say_bold(const char *text, FILE *out) {
    fputs("<b>", out);
    text_html(out, text);
    fputs("</b>", out);
}

static bool say_same(const struct rows *rows, size_t x, size_t y, const char *column) {
    int c = rows_find(rows, column);
    return !strcmp(rows_text(rows, x, c), rows_text(rows, y, c));
}

// ------------------------------------------------------------------------------------------ lowest
static const char say_lowest_sql[] =
    "select b.workload, b.series strategy, f.metric, f.median, f.low, f.high "
    "from base b join figure f on f.cell = b.cell and f.metric = ?1 "
    "order by b.workload_place, b.series";

struct lowest {
    const struct rows *rows;
    int workload, strategy, median, low, high;
    size_t ranked, clear;
    double spread; // the largest ratio within a workload whose two ends are clear of each other
    size_t spread_low, spread_high;
    size_t *wins; // of the strategy named in each line, at its first line
};

// Whether the interval of line x lies wholly below that of line y.
static bool say_lowest_below(const struct lowest *l, size_t x, size_t y) {
    return rows_number(l->rows, x, l->high) < rows_number(l->rows, y, l->low);
}

static size_t say_lowest_first_line(const struct lowest *l, size_t line) {
    for (size_t i = 0; i < line; i++)
        if (!strcmp(rows_text(l->rows, i, l->strategy), rows_text(l->rows, line, l->strategy)))
            return i;
    return line;
}

// The lines from .. end are those of one workload.
static void say_lowest_rank(struct lowest *l, size_t from, size_t end) {
    size_t low = from, high = from;
    bool clear = true;
    if (end - from < 2)
        return;
    for (size_t i = from; i < end; i++) {
        double median = rows_number(l->rows, i, l->median);
        low = median < rows_number(l->rows, low, l->median) ? i : low;
        high = median > rows_number(l->rows, high, l->median) ? i : high;
    }
    for (size_t i = from; i < end; i++)
        clear = clear && (i == low || say_lowest_below(l, low, i));
    l->ranked++;
    l->clear += clear;
    l->wins[say_lowest_first_line(l, low)] += clear;
    double spread = rows_number(l->rows, high, l->median) / rows_number(l->rows, low, l->median);
    if (say_lowest_below(l, low, high) && isfinite(spread) && spread > l->spread) {
        l->spread = spread;
        l->spread_low = low;
        l->spread_high = high;
    }
}

static void say_lowest_furthest(const struct lowest *l, FILE *out) {
    fputs(" Strategies lie furthest apart on ", out);
    text_html(out, rows_text(l->rows, l->spread_low, l->workload));
    fputs(": ", out);
    say_shown(l->rows, l->spread_low, "median", out);
    fputs(" for ", out);
    say_bold(rows_text(l->rows, l->spread_low, l->strategy), out);
    fputs(", ", out);
    say_shown(l->rows, l->spread_high, "median", out);
    fputs(" for ", out);
    say_bold(rows_text(l->rows, l->spread_high, l->strategy), out);
    fprintf(out, l->spread < 1000 ? " (%.3g times as much)." : " (%.0f times as much).", l->spread);
}

static void say_lowest_whole(const struct lowest *l, const char *title, FILE *out) {
    const char *between = " is lowest with ";
    text_html(out, title);
    for (size_t i = 0; i < l->rows->count; i++)
        if (l->wins[i]) {
            fputs(between, out);
            say_bold(rows_text(l->rows, i, l->strategy), out);
            fprintf(out, " on %zu", l->wins[i]);
            between = ", ";
        }
    if (l->clear)
        fprintf(out, " of %zu workload%s", l->ranked, l->ranked == 1 ? "" : "s");
    if (l->ranked > l->clear)
        fprintf(out,
                l->clear ? "; too close to call on %zu" : ": too close to call on %zu workloads",
                l->ranked - l->clear);
    fputc('.', out);
    if (l->spread > 1)
        say_lowest_furthest(l, out);
}

static void say_lowest_of(const struct rows *rows, const char *metric, FILE *out) {
    struct lowest l = {.rows = rows,
                       .workload = rows_find(rows, "workload"),
                       .strategy = rows_find(rows, "strategy"),
                       .median = rows_find(rows, "median"),
                       .low = rows_find(rows, "low"),
                       .high = rows_find(rows, "high"),
                       .wins = must(calloc(rows->count + 1, sizeof *l.wins))};
    for (size_t from = 0, end = 0; from < rows->count; from = end) {
        while (end < rows->count && say_same(rows, from, end, "workload"))
            end++;
        say_lowest_rank(&l, from, end);
    }
    char *title = say_title(rows->db, metric);
    if (l.ranked)
        say_lowest_whole(&l, title, out);
    free(title);
    free(l.wins);
}

void say_lowest(sqlite3 *db, const char *metric, FILE *out) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, say_lowest_sql, -1, &statement, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_text(statement, 1, metric, -1, SQLITE_STATIC);
    struct rows *rows = rows_read(statement);
    if (rows)
        say_lowest_of(rows, metric, out);
    rows_free(rows);
    sqlite3_finalize(statement);
}

// ------------------------------------------------------------------------------------------- ratio
static void say_ratio_one(const struct rows *rows, size_t line, FILE *out) {
    char *title = say_title(rows->db, rows_text(rows, line, rows_find(rows, "metric")));
    double ratio = rows_number(rows, line, rows_find(rows, "ratio"));
    double clear = rows_number(rows, line, rows_find(rows, "clear")); // NAN: not known
    text_html(out, title);
    if (rows_find(rows, "value") >= 0) {
        fputc(' ', out);
        say_shown(rows, line, "value", out);
        fputs(" against ", out);
        say_shown(rows, line, "against", out);
    }
    if (isfinite(ratio) && rows_find(rows, "value") >= 0)
        fprintf(out, " (%.2gx%s)", ratio, clear == 0 ? ", intervals overlap" : "");
    else if (isfinite(ratio))
        fprintf(out, " %.3gx%s", ratio, clear == 0 ? " (intervals overlap)" : "");
    free(title);
}

void say_ratio(const struct rows *rows, FILE *out) {
    int subject = rows_find(rows, "subject"), object = rows_find(rows, "object");
    for (size_t line = 0; line < rows->count; line++) {
        bool more = line && say_same(rows, line - 1, line, "subject") &&
                    say_same(rows, line - 1, line, "object");
        if (more) {
            fputs(", ", out);
        } else {
            fputs(line ? ". " : "", out);
            say_bold(rows_text(rows, line, subject), out);
            fputs(" against ", out);
            say_bold(rows_text(rows, line, object), out);
            fputs(": ", out);
        }
        say_ratio_one(rows, line, out);
    }
    fputs(rows->count ? "." : "", out);
}

// ------------------------------------------------------------------------------------------ change
static double say_change_number(const struct rows *rows, size_t line, const char *column) {
    return rows_number(rows, line, rows_find(rows, column));
}

static bool say_change_clear(const struct rows *rows, size_t line) {
    return say_change_number(rows, line, "before_high") <
               say_change_number(rows, line, "after_low") ||
           say_change_number(rows, line, "after_high") <
               say_change_number(rows, line, "before_low");
}

static void say_change_one(const struct rows *rows, size_t line, bool first, FILE *out) {
    char *title = say_title(rows->db, rows_text(rows, line, rows_find(rows, "metric")));
    if (first) {
        text_html(out, rows_text(rows, line, rows_find(rows, "what")));
        fprintf(out, ", %s goes from ", title);
    } else {
        fputs(", from ", out);
    }
    say_shown(rows, line, "before", out);
    fputs(" to ", out);
    say_shown(rows, line, "after", out);
    fputs(" with ", out);
    say_bold(rows_text(rows, line, rows_find(rows, "subject")), out);
    free(title);
}

// The lines from .. end ask the same.
static void say_change_group(const struct rows *rows, size_t from, size_t end, FILE *out) {
    size_t changed = 0, steady = 0;
    for (size_t line = from; line < end; line++)
        if (say_change_clear(rows, line))
            say_change_one(rows, line, !changed++, out);
        else
            steady++;
    if (changed && steady)
        fprintf(out, "; with %zu other%s it does not clearly change. ", steady,
                steady == 1 ? "" : "s");
    else if (changed)
        fputs(". ", out);
    else {
        char *title = say_title(rows->db, rows_text(rows, from, rows_find(rows, "metric")));
        text_html(out, rows_text(rows, from, rows_find(rows, "what")));
        fprintf(out, ", %s does not clearly change with any strategy. ", title);
        free(title);
    }
}

void say_change(const struct rows *rows, FILE *out) {
    for (size_t from = 0, end = 0; from < rows->count; from = end) {
        while (end < rows->count && say_same(rows, from, end, "what") &&
               say_same(rows, from, end, "metric"))
            end++;
        say_change_group(rows, from, end, out);
    }
}
