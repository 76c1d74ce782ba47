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
    "select b.workload, b.series strategy, f.metric, f.median, t.standing, t.ratio, t.low, t.high "
    "from base b join standing t on t.contest = 'base ' || b.panel and t.cell = b.cell and "
    "t.metric = ?1 join figure f on f.cell = b.cell and f.metric = ?1 "
    "order by b.workload_place, b.series";

// behind, best: lines that are furthest apart, of those that are told apart; none when they are one
struct lowest {
    const struct rows *rows;
    int workload, strategy, standing, ratio;
    size_t ranked, clear, behind, best;
    size_t *wins; // of the strategy named in each line, at its first line
};

static bool say_lowest_stands(const struct lowest *l, size_t line, const char *standing) {
    return !strcmp(rows_text(l->rows, line, l->standing), standing);
}

static size_t say_lowest_first_line(const struct lowest *l, size_t line) {
    for (size_t i = 0; i < line; i++)
        if (!strcmp(rows_text(l->rows, i, l->strategy), rows_text(l->rows, line, l->strategy)))
            return i;
    return line;
}

// The lines from .. end are those of one workload.
static void say_lowest_rank(struct lowest *l, size_t from, size_t end) {
    size_t best = from;
    bool clear = true;
    while (best + 1 < end && !say_lowest_stands(l, best, "best"))
        best++;
    for (size_t i = from; i < end; i++) {
        bool behind = say_lowest_stands(l, i, "behind");
        bool further = l->behind == l->best || rows_number(l->rows, i, l->ratio) >
                                                   rows_number(l->rows, l->behind, l->ratio);
        clear = clear && (behind || i == best);
        if (behind && further) {
            l->behind = i;
            l->best = best;
        }
    }
    l->ranked++;
    l->clear += clear;
    l->wins[say_lowest_first_line(l, best)] += clear;
}

static char *say_factor(const struct rows *rows, size_t line, const char *column) {
    double number = rows_number(rows, line, rows_find(rows, column));
    return text_format(number < 1000 ? "%.3gx" : "%.0fx", number);
}

// "2x, 1.9x to 2.2x"; of what is exact the number alone.
static void say_times(const struct rows *rows, size_t line, FILE *out) {
    char *ratio = say_factor(rows, line, "ratio"), *low = say_factor(rows, line, "low");
    char *high = say_factor(rows, line, "high");
    fputs(ratio, out);
    if (strcmp(low, high) != 0)
        fprintf(out, ", %s to %s", low, high);
    free(ratio);
    free(low);
    free(high);
}

static void say_lowest_furthest(const struct lowest *l, FILE *out) {
    fputs(" Furthest apart on ", out);
    text_html(out, rows_text(l->rows, l->best, l->workload));
    fputs(": ", out);
    say_shown(l->rows, l->best, "median", out);
    fputs(" for ", out);
    say_bold(rows_text(l->rows, l->best, l->strategy), out);
    fputs(", ", out);
    say_shown(l->rows, l->behind, "median", out);
    fputs(" for ", out);
    say_bold(rows_text(l->rows, l->behind, l->strategy), out);
    fputs(" (", out);
    say_times(l->rows, l->behind, out);
    fputs(").", out);
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
    if (l->behind != l->best)
        say_lowest_furthest(l, out);
}

static void say_lowest_of(const struct rows *rows, const char *metric, FILE *out) {
    struct lowest l = {.rows = rows,
                       .workload = rows_find(rows, "workload"),
                       .strategy = rows_find(rows, "strategy"),
                       .standing = rows_find(rows, "standing"),
                       .ratio = rows_find(rows, "ratio"),
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
    bool differs = rows_number(rows, line, rows_find(rows, "differs")) == 1; // NULL: not known
    text_html(out, title);
    if (rows_find(rows, "value") >= 0) {
        fputc(' ', out);
        say_shown(rows, line, "value", out);
        fputs(" against ", out);
        say_shown(rows, line, "against", out);
    }
    if (isfinite(ratio)) {
        fputs(" (", out);
        if (differs)
            say_times(rows, line, out);
        else
            fputs("not told apart", out);
        fputc(')', out);
    }
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
static bool say_change_clear(const struct rows *rows, size_t line) {
    return rows_number(rows, line, rows_find(rows, "differs")) == 1;
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
