// say_test.c - sentences about made-up figures: a winner is named only where it is told apart from
// all others.

#include "base/text.h"
#include "show/say.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Two workloads; on `far` b is told apart from a, on `near` it is not.
static const char figures[] =
    "create table metric(name, title, unit);"
    "insert into metric values ('rss_peak_bytes', 'peak RSS', 'bytes');"
    "create table base(cell, workload, workload_place, series, panel);"
    "insert into base values (1, 'far', 1, 'a', 'far'), (2, 'far', 1, 'b', 'far'), (3, 'near', 2, "
    "'a', 'near'), (4, 'near', 2, 'b', 'near');"
    "create table standing(contest, metric, cell, standing, ratio, low, high);"
    "insert into standing values ('base far', 'rss_peak_bytes', 1, 'behind', 4, 3.9, 4.2), "
    "('base far', 'rss_peak_bytes', 2, 'best', null, null, null), "
    "('base near', 'rss_peak_bytes', 3, 'best', null, null, null), "
    "('base near', 'rss_peak_bytes', 4, 'open', 1.3, 0.9, 1.4);"
    "create table figure(cell, metric, n, median);"
    "insert into figure values (1, 'rss_peak_bytes', 3, 4000), (2, 'rss_peak_bytes', 3, 1000),"
    "(3, 'rss_peak_bytes', 3, 1000), (4, 'rss_peak_bytes', 3, 1300);";

static int open_database(void **state) {
    sqlite3 *db;
    assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &db));
    assert_int_equal(SQLITE_OK, sqlite3_exec(db, figures, NULL, NULL, NULL));
    *state = db;
    return 0;
}

static int close_database(void **state) {
    return sqlite3_close(*state);
}

static void expect_lowest(sqlite3 *db, const char *metric, const char *expected) {
    struct text text;
    text_open(&text);
    say_lowest(db, metric, text.file);
    text_close(&text);
    assert_string_equal(expected, text.data);
    text_free(&text);
}

static void expect(sqlite3 *db, const char *sql, void (*say)(const struct rows *, FILE *),
                   const char *expected) {
    char error[200] = "";
    struct rows *rows = rows_query(db, sql, error, sizeof error);
    assert_string_equal("", error);
    struct text text;
    text_open(&text);
    say(rows, text.file);
    text_close(&text);
    assert_string_equal(expected, text.data);
    text_free(&text);
    rows_free(rows);
}

static void lowest_names_nobody_who_is_not_told_apart(void **state) {
    expect_lowest(
        *state, "rss_peak_bytes",
        "peak RSS is lowest with <b>b</b> on 1 of 2 workloads; too close to call on 1. "
        "Furthest apart on far: 1 kB for <b>b</b>, 4 kB for <b>a</b> (4x, 3.9x to 4.2x).");
    sqlite3_exec(*state, "update standing set standing = 'open' where cell = 1", NULL, NULL, NULL);
    expect_lowest(*state, "rss_peak_bytes", "peak RSS: too close to call on 2 workloads.");
    expect_lowest(*state, "latency_p99_ns", "");
}

static void ratios_have_intervals_or_are_not_told_apart(void **state) {
    expect(*state,
           "select 'a' subject, 'b<c>' object, 'rss_peak_bytes' metric, 2000 value, 1000 against, "
           "2.0 ratio, 0.9 low, 2.3 high, 0 differs "
           "union all select 'a', 'b<c>', 'pauses', 6, 2, 3.0, 2.5, 3500, 1 "
           "union all select 'd', 'b<c>', 'pauses', 6, 2, 3.0, null, null, null",
           say_ratio,
           "<b>a</b> against <b>b&lt;c&gt;</b>: peak RSS 2 kB against 1 kB (not told apart), "
           "pauses 6 against 2 (3x, 2.5x to 3500x). "
           "<b>d</b> against <b>b&lt;c&gt;</b>: pauses 6 against 2 (not told apart).");
    expect(*state, "select 1 subject, 1 object where 0", say_ratio, "");
}

static void changes_count_those_that_did_not_clearly_change(void **state) {
    static const char sql[] =
        "select 'With x from 0 to 1' what, 'rss_peak_bytes' metric, 'a' subject, 10 before, 30 "
        "after, 1 differs "
        "union all select 'With x from 0 to 1', 'rss_peak_bytes', 'b', 10, 30, 0 "
        "union all select 'With y from 0 to 1', 'rss_peak_bytes', 'b', 10, 30, null";
    expect(*state, sql, say_change,
           "With x from 0 to 1, peak RSS goes from 10 B to 30 B with <b>a</b>; with 1 other it "
           "does not clearly "
           "change. With y from 0 to 1, peak RSS does not clearly change with any strategy. ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lowest_names_nobody_who_is_not_told_apart, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(ratios_have_intervals_or_are_not_told_apart, open_database,
                                        close_database),
        cmocka_unit_test_setup_teardown(changes_count_those_that_did_not_clearly_change,
                                        open_database, close_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
