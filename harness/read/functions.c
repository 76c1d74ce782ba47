// functions.c - aggregates that gather a column's values and ask base/stats.h, and texts as formats of others demand them.

#include "functions.h"

#include "base/latency.h"
#include "base/sparse.h"
#include "base/stats.h"
#include "base/text.h"
#include "hdr.h"
#include "measures.h"
#include "medians.h"

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct column {
    double *values;
    size_t count, room;
};

static void column_step(sqlite3_context *context, int count, sqlite3_value **values) {
    struct column *column = sqlite3_aggregate_context(context, sizeof *column);
    (void)count;
    if (!column || sqlite3_value_numeric_type(values[0]) == SQLITE_NULL)
        return;
    if (column->count == column->room) {
        size_t room = column->room ? 2 * column->room : 8;
        double *more = realloc(column->values, room * sizeof *more);
        if (!more) {
            sqlite3_result_error_nomem(context);
            return;
        }
        column->values = more;
        column->room = room;
    }
    column->values[column->count++] = sqlite3_value_double(values[0]);
}

static void function_result(sqlite3_context *context, double value) {
    if (!isnan(value)) // else NULL, the result of a function that sets none
        sqlite3_result_double(context, value);
}

static void median_final(sqlite3_context *context) {
    struct column *column = sqlite3_aggregate_context(context, 0);
    if (column)
        function_result(context, stats_median(column->values, column->count));
    free(column ? column->values : NULL);
}

static void low_final(sqlite3_context *context) {
    struct column *column = sqlite3_aggregate_context(context, 0);
    if (column)
        function_result(context, stats_of_median(column->values, column->count).low);
    free(column ? column->values : NULL);
}

static void high_final(sqlite3_context *context) {
    struct column *column = sqlite3_aggregate_context(context, 0);
    if (column)
        function_result(context, stats_of_median(column->values, column->count).high);
    free(column ? column->values : NULL);
}

static void spread_final(sqlite3_context *context) {
    struct column *column = sqlite3_aggregate_context(context, 0);
    if (column)
        function_result(context, stats_spread(column->values, column->count));
    free(column ? column->values : NULL);
}

static void paired_p(sqlite3_context *context, int count, sqlite3_value **values) {
    sqlite3_int64 n = sqlite3_value_int64(values[2]);
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_NULL &&
        sqlite3_value_type(values[1]) != SQLITE_NULL && n > 1)
        function_result(context, stats_paired(sqlite3_value_double(values[0]),
                                              sqlite3_value_double(values[1]), (size_t)n));
}

static void coverage_of(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_int64 n = sqlite3_value_int64(values[0]); // of NULL: 0
    function_result(context, stats_coverage(n > 0 ? (size_t)n : 0));
}

static void hdr_of(sqlite3_context *context, int count, sqlite3_value **values) {
    struct sparse s = {0};
    struct latency *l = malloc(sizeof *l); // too large for the stack of a thread
    (void)count;
    if (l &&
        sparse_unpack(&s, sqlite3_value_blob(values[0]), (size_t)sqlite3_value_bytes(values[0]))) {
        latency_unpack(l, s.word, s.words);
        sqlite3_result_text(context, hdr_text(l), -1, free);
    }
    sparse_free(&s);
    free(l);
}

// Of one letter in a format, where it means more than itself there; NULL: it does not.
static const char *escaped_letter(const char *format, char letter) {
    static const struct {
        const char *format;
        char letter;
        const char *as;
    } all[] = {{"openmetrics", '\\', "\\\\"},
               {"openmetrics", '"', "\\\""},
               {"openmetrics", '\n', "\\n"},
               {"markdown", '`', "'"},
               {"markdown", '|', "\\|"},
               {"markdown", '\n', " "},
               {"hlog", ',', ";"},
               {"hlog", '\n', " "}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (letter == all[i].letter && !strcmp(format, all[i].format))
            return all[i].as;
    bool control = (unsigned char)letter < ' ' && letter != '\t' && letter != '\n';
    return control && !strcmp(format, "xml") ? "?" : NULL;
}

static void escaped_of(sqlite3_context *context, int count, sqlite3_value **values) {
    const char *format = (const char *)sqlite3_value_text(values[0]),
               *text = (const char *)sqlite3_value_text(values[1]);
    struct text out;
    (void)count;
    if (!format || !text)
        return;
    text_open(&out);
    for (; *text; text++) {
        const char letter[] = {*text, 0}, *as = escaped_letter(format, *text);
        if (as || strcmp(format, "xml") != 0)
            fputs(as ? as : letter, out.file);
        else
            text_html(out.file, letter);
    }
    text_close(&out);
    sqlite3_result_text(context, out.data, -1, SQLITE_TRANSIENT);
    text_free(&out);
}

int functions_register(sqlite3 *db) {
    enum { HOW = SQLITE_UTF8 | SQLITE_DETERMINISTIC };
    static const struct {
        const char *name;
        void (*final)(sqlite3_context *context);
    } aggregates[] = {{"median", median_final},
                      {"low", low_final},
                      {"high", high_final},
                      {"spread", spread_final}};
    int code =
        sqlite3_create_function_v2(db, "coverage", 1, HOW, NULL, coverage_of, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(db, "paired_p", 3, HOW, NULL, paired_p, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(db, "hdr", 1, HOW, NULL, hdr_of, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code =
            sqlite3_create_function_v2(db, "escaped", 2, HOW, NULL, escaped_of, NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof aggregates / sizeof *aggregates && code == SQLITE_OK; i++)
        code = sqlite3_create_function_v2(db, aggregates[i].name, 1, HOW, NULL, NULL, column_step,
                                          aggregates[i].final, NULL);
    if (code == SQLITE_OK)
        code = medians_register(db);
    return code == SQLITE_OK ? measures_register(db) : code;
}
