// rows_test.c - rows of a query in every format, with units, intervals, unknown values and pivots.

#include "base/text.h"
#include "show/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char metrics[] =
    "create table metric(name text primary key, title, unit, better);"
    "insert into metric values ('cpu_ns_per_step', 'CPU/step', 'ns', 'lower'), "
    "('rss_peak_bytes', 'peak RSS', 'bytes', 'lower'), "
    "('floating_objects', 'floating', 'objects', 'neither');";

// As read/functions.h has it for few blocks.
static void coverage(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_result_double(context, 1 - exp2(1 - sqlite3_value_double(values[0])));
}

static int open_database(void **state) {
    sqlite3 *db;
    assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &db));
    assert_int_equal(SQLITE_OK, sqlite3_exec(db, metrics, NULL, NULL, NULL));
    sqlite3_create_function(db, "coverage", 1, SQLITE_UTF8, NULL, coverage, NULL, NULL);
    *state = db;
    return 0;
}

static int close_database(void **state) {
    return sqlite3_close(*state);
}

static struct rows *ask(void **state, const char *sql) {
    char error[200] = "";
    struct rows *rows = rows_query(*state, sql, error, sizeof error);
    assert_string_equal("", error);
    assert_non_null(rows);
    return rows;
}

// What a query is in a format; the caller compares and frees.
static char *printed(void **state, const char *sql, enum rows_format format) {
    struct rows *rows = ask(state, sql);
    struct text text;
    text_open(&text);
    rows_print(rows, format, text.file);
    text_close(&text);
    rows_free(rows);
    return text.data;
}

static void expect(void **state, const char *sql, enum rows_format format, const char *expected) {
    char *got = printed(state, sql, format);
    assert_string_equal(expected, got);
    free(got);
}

static void expect_printed(const struct rows *rows, enum rows_format format, const char *expected) {
    struct text text;
    text_open(&text);
    rows_print(rows, format, text.file);
    text_close(&text);
    assert_string_equal(expected, text.data);
    text_free(&text);
}

static const char simple[] = "select 'a|b' name, 1234567 cpu_ns_per_step, 0.034 share__fraction, "
                             "null rss_peak_bytes, '' tunables "
                             "union all select 'c', 50, 0.5, 2500.0, 'x=1'";

static void formats(void **state) {
    expect(state, simple, ROWS_TERMINAL,
           "name  CPU/step  share  peak RSS  tunables\n"
           "----  --------  -----  --------  --------\n"
           "a|b    1.23 ms  3.4 %         ?  -\n"
           "c        50 ns   50 %    2.5 kB  x=1\n");
    expect(state, simple, ROWS_TSV,
           "# name\tcpu_ns_per_step\tshare__fraction\trss_peak_bytes\ttunables\n"
           "a|b\t1234567\t0.034\t\t\n"
           "c\t50\t0.5\t2500\tx=1\n");
    expect(state, simple, ROWS_CSV,
           "name,cpu_ns_per_step,share__fraction,rss_peak_bytes,tunables\r\n"
           "a|b,1234567,0.034,,\r\n"
           "c,50,0.5,2500,x=1\r\n");
    expect(state, simple, ROWS_MARKDOWN,
           "| name | CPU/step | share | peak RSS | tunables |\n"
           "| --- | --: | --: | --: | --- |\n"
           "| a\\|b | 1.23 ms | 3.4 % | ? | - |\n"
           "| c | 50 ns | 50 % | 2.5 kB | x=1 |\n");
    expect(state, simple, ROWS_JSON,
           "[\n{\"name\":\"a|b\",\"cpu_ns_per_step\":1234567,\"share__fraction\":0.034,"
           "\"rss_peak_bytes\":null,\"tunables\":\"\"},\n"
           "{\"name\":\"c\",\"cpu_ns_per_step\":50,\"share__fraction\":0.5,\"rss_peak_bytes\":2500,"
           "\"tunables\":\"x=1\"}\n]\n");
    expect(state, "select '<a>' name, 5 rss_peak_bytes", ROWS_HTML,
           "<div class=\"wide\"><table><thead><tr><th>name<th>peak RSS<tbody>\n"
           "<tr><td>&lt;a&gt;<td>5 B\n</table></div>\n");
}

static void numbers_without_a_unit_are_whole(void **state) {
    expect(state, "select 123456789 seed, 0.123456 half", ROWS_TERMINAL,
           "     seed    half\n"
           "---------  ------\n"
           "123456789  0.1235\n");
}

static const char interval[] = "select 'a' who, 20 cpu_ns_per_step, 10 cpu_ns_per_step_low, 30 "
                               "cpu_ns_per_step_high, 3 cpu_ns_per_step_n "
                               "union all select 'b', 5, null, null, 1";

static void intervals_are_part_of_their_value(void **state) {
    expect(state, interval, ROWS_TERMINAL,
           "who             CPU/step\n"
           "---  -------------------\n"
           "a    20 ns [10 to 30 ns]\n"
           "b                   5 ns\n");
    struct rows *rows = ask(state, interval);
    rows->width = 80;
    expect_printed(rows, ROWS_TERMINAL,
                   "who  CPU/step\n---  --------\na       20 ns\nb        5 ns\n");
    rows_free(rows);
    expect(state, interval, ROWS_TSV,
           "# who\tcpu_ns_per_step\tcpu_ns_per_step_low\tcpu_ns_per_step_high\tcpu_ns_per_step_n\n"
           "a\t20\t10\t30\t3\nb\t5\t\t\t1\n");
}

static void a_terminal_is_told_what_it_has_no_room_for(void **state) {
    struct rows *rows = ask(state, "select 'a' who, 5 rss_peak_bytes, 'long text' words");
    rows->width = 5 + 8;
    expect_printed(rows, ROWS_TERMINAL,
                   "who  peak RSS\n---  --------\na         5 B\n(in a wider terminal: words)\n");
    rows_free(rows);
    rows = ask(state, "select 'a' who, 'long text, as long as it is' words, 5 rss_peak_bytes");
    rows->width = 5 + 8; // the text leaves its room to the number
    expect_printed(rows, ROWS_TERMINAL,
                   "who  peak RSS\n---  --------\na         5 B\n(in a wider terminal: words)\n");
    rows_free(rows);
    rows = ask(state, "select 'a' who, 5 rss_peak_bytes, 'long text' words");
    rows->width = 5 + 7;
    expect_printed(rows, ROWS_TERMINAL, "who\n---\na\n(in a wider terminal: peak RSS, words)\n");
    rows->width = 1;
    expect_printed(rows, ROWS_TERMINAL, "who\n---\na\n(in a wider terminal: peak RSS, words)\n");
    rows_free(rows);
}

// A figure that is unknown or none has nothing to mark.
static void what_is_not_to_be_trusted_is_marked(void **state) {
    struct rows *rows =
        ask(state, "select 'a' who, 20 x_ns, 'shaken' x_ns_standing union all select 'b', 30, '' "
                   "union all select 'c', '', 'shaken' union all select 'd', null, 'shaken'");
    rows->width = 80;
    expect_printed(
        rows, ROWS_TERMINAL,
        "who       x\n---  ------\na    20 ns!\nb     30 ns\nc         -\nd         ?\n");
    struct text html;
    text_open(&html);
    rows_print(rows, ROWS_HTML, html.file);
    text_close(&html);
    assert_non_null(strstr(html.data, ">20 ns!\n"));
    free(html.data);
    rows_free(rows);
}

static const char near[] = "select 'a' who, 20 cpu_ns_per_step, 'best' cpu_ns_per_step_standing "
                           "union all select 'b', 22, 'open' union all select 'c', 30, 'behind' "
                           "union all select 'd', 9, null";

static void what_is_not_told_apart_from_the_best_is_marked(void **state) {
    struct rows *rows = ask(state, near);
    int cpu = rows_find(rows, "cpu_ns_per_step");
    assert_true(rows_stands(rows, 0, cpu, "best") && rows_stands(rows, 1, cpu, "open"));
    assert_false(rows_stands(rows, 2, cpu, "open") || rows_stands(rows, 3, cpu, "open"));
    rows->width = 80;
    expect_printed(rows, ROWS_TERMINAL,
                   "who  CPU/step\n---  --------\na       20 ns\nb      22 ns~\nc       30 ns\nd   "
                   "     9 ns\n");
    rows->coloured = true;
    expect_printed(
        rows, ROWS_TERMINAL,
        "who  CPU/step\n---  --------\na       20 ns\nb      \033[90m22 ns~\033[0m\nc       "
        "30 ns\nd        9 ns\n");
    struct text html;
    text_open(&html);
    rows_print(rows, ROWS_HTML, html.file);
    text_close(&html);
    assert_non_null(strstr(html.data, "<td class=b>20 ns\n"));
    assert_non_null(strstr(html.data, "<td class=o>22 ns~\n"));
    text_free(&html);
    rows_free(rows);
}

static void a_page_can_link_to_a_row_and_point_it_out(void **state) {
    struct rows *rows =
        ask(state, "select 'p' plot, 'a[x]' strategy, 'tracing' family, 1.4 CPU__ratio, "
                   "1.0 CPU__ratio_low, 2.5 CPU__ratio_high");
    rows->anchor = "q";
    expect_printed(rows, ROWS_HTML,
                   "<div class=\"wide\"><table class=\"w2\"><thead><tr><th>strategy<th>family"
                   "<th>CPU<tbody>\n"
                   "<tr id=\"q.p-a-x-\" data-f=\"tracing\"><td><a href=#q.p-a-x->a[x]</a>"
                   "<td>tracing<td class=t1>1.4x "
                   "<small>1&ndash;2.5</small>\n</table></div>\n");
    rows_free(rows);
}

static void a_page_says_what_an_interval_of_few_blocks_covers(void **state) {
    char *few = printed(state, interval, ROWS_HTML);
    assert_non_null(strstr(few, "<td title=\"10 to 30 ns\">20 ns\n"));
    assert_non_null(strstr(few, "3 blocks contains the true median in 75 %"));
    free(few);
    char *many =
        printed(state,
                "select 20 cpu_ns_per_step, 10 cpu_ns_per_step_low, 30 cpu_ns_per_step_high, "
                "6 cpu_ns_per_step_n",
                ROWS_HTML);
    assert_null(strstr(many, "true median"));
    free(many);
    char *mixed =
        printed(state,
                "select 20 cpu_ns_per_step, 10 cpu_ns_per_step_low, 30 cpu_ns_per_step_high, "
                "column1 cpu_ns_per_step_n from (values (6), (5), (1))",
                ROWS_HTML);
    assert_non_null(strstr(mixed, "title=\"10 to 30 ns\">20 ns\n<tr><td title=\"10 to 30 ns, "
                                  "5 blocks\">20 ns\n<tr><td title=\"10 to 30 ns, 1 block\">"));
    free(mixed);
    char *flat =
        printed(state,
                "select column1 cpu_ns_per_step, column2 cpu_ns_per_step_low, 20.04 "
                "cpu_ns_per_step_high, 6 cpu_ns_per_step_n from (values (20, 20), (20, 19))",
                ROWS_HTML);
    assert_non_null(strstr(flat, "<td>20 ns\n<tr><td title=\"19 to 20 ns\">20 ns\n"));
    free(flat);
}

static void a_column_may_follow_the_metric_of_its_row(void **state) {
    expect(state,
           "select 'cpu_ns_per_step' metric, 1500 median union all select 'rss_peak_bytes', 1500 "
           "union all select 'floating_objects', 1500",
           ROWS_TERMINAL,
           "metric            median\n"
           "----------------  ------\n"
           "cpu_ns_per_step   1.5 us\n"
           "rss_peak_bytes    1.5 kB\n"
           "floating_objects    1500\n");
}

static void across_makes_columns_of_metrics(void **state) {
    static const char sql[] =
        "select 'a' who, 'cpu_ns_per_step' across, 7 median, 6 low, 8 high, 3 n, 'ok' outcome "
        "union all select 'a', 'rss_peak_bytes', null, null, null, null, 'ok' "
        "union all select 'b', 'cpu_ns_per_step', 9, 9, 9, 3, '1 of 3 crashed' "
        "union all select 'b', 'rss_peak_bytes', 4096, null, null, 1, '1 of 3 crashed'";
    expect(state, sql, ROWS_CSV,
           "who,cpu_ns_per_step,cpu_ns_per_step_low,cpu_ns_per_step_high,cpu_ns_per_step_n,"
           "rss_peak_bytes,rss_peak_bytes_low,rss_peak_bytes_high,rss_peak_bytes_n,outcome\r\n"
           "a,7,6,8,3,,,,,ok\r\n"
           "b,9,9,9,3,4096,,,1,1 of 3 crashed\r\n");
    expect(state, sql, ROWS_MARKDOWN,
           "| who | CPU/step | peak RSS | outcome |\n| --- | --: | --: | --- |\n"
           "| a | 7 ns [6 to 8 ns] | ? | ok |\n"
           "| b | 9 ns [9 to 9 ns] | 4.1 kB | 1 of 3 crashed |\n");
}

static void a_series_is_a_block_of_its_own(void **state) {
    expect(state,
           "select 'p' panel, 's' series, 1 x union all select 'p', 's', 2 union all select 'p', "
           "'t', 3 "
           "union all select 'q', 't', 4",
           ROWS_TSV, "# panel\tseries\tx\np\ts\t1\np\ts\t2\n\n\np\tt\t3\n\n\nq\tt\t4\n");
    expect(state, "select 'p' panel, 1 x union all select 'q', 2", ROWS_TSV,
           "# panel\tx\np\t1\nq\t2\n"); // no series, no blocks
}

static void a_part_hides_what_it_was_chosen_by(void **state) {
    struct rows *rows =
        ask(state, "select 'one' plot, 1 x union all select 'two', 2 union all select 'one', 3");
    struct rows *part = rows_part(rows, "plot", "one");
    struct text text;
    text_open(&text);
    rows_print(part, ROWS_CSV, text.file);
    text_close(&text);
    assert_string_equal("x\r\n1\r\n3\r\n", text.data);
    text_free(&text);
    rows_free(part);
    rows_free(rows);
}

static void a_query_that_fails_says_why(void **state) {
    char error[200];
    assert_null(rows_query(*state, "select gone from metric", error, sizeof error));
    assert_string_equal("no such column: gone", error);
    assert_null(rows_query(*state, "  ", error, sizeof error));
    assert_string_equal("there is no query", error);
    assert_null(rows_query(*state, "select abs(-9223372036854775807 - 1)", error, sizeof error));
    assert_string_equal("integer overflow", error);
}

static void formats_have_names(void **state) {
    enum rows_format format;
    (void)state;
    assert_true(rows_format("json", &format) && format == ROWS_JSON);
    assert_true(rows_format("terminal", &format) && format == ROWS_TERMINAL);
    assert_false(rows_format("xml", &format));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats),
        cmocka_unit_test(numbers_without_a_unit_are_whole),
        cmocka_unit_test(intervals_are_part_of_their_value),
        cmocka_unit_test(a_terminal_is_told_what_it_has_no_room_for),
        cmocka_unit_test(what_is_not_told_apart_from_the_best_is_marked),
        cmocka_unit_test(what_is_not_to_be_trusted_is_marked),
        cmocka_unit_test(a_page_can_link_to_a_row_and_point_it_out),
        cmocka_unit_test(a_page_says_what_an_interval_of_few_blocks_covers),
        cmocka_unit_test(a_column_may_follow_the_metric_of_its_row),
        cmocka_unit_test(across_makes_columns_of_metrics),
        cmocka_unit_test(a_series_is_a_block_of_its_own),
        cmocka_unit_test(a_part_hides_what_it_was_chosen_by),
        cmocka_unit_test(a_query_that_fails_says_why),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, open_database, close_database);
}
