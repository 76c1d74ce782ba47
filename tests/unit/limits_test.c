// limits_test.c - results/limits.sql and differ.sql on made-up figures: verdicts that were worked
// out by hand, alone and in a family of claims, and how seldom a claim is decided whose figure is
// at its limit.

#include "base/file.h"
#include "sql.h"

static const char tables[] =
    "create table cell(id integer primary key, key text unique);"
    "create table metric(name, source, unit);"
    "insert into metric values ('ns', 'record', 'ns'), ('n', 'counter', ''), ('bytes', 'record', "
    "'bytes');"
    "create table measured(cell, block, metric, value, primary key(cell, block, metric));";

static int open_run(void **state) {
    sqlite3 *db = sql_open();
    sql_run(db, tables);
    sql_run_file(db, "results/limits.sql");
    *state = db;
    return 0;
}

// A cell by its key, and what its blocks measured, as a list of JSON; blocks that are null measured
// nothing.
static void measure(sqlite3 *db, const char *key, const char *metric, const char *values) {
    char *sql = sqlite3_mprintf(
        "insert or ignore into cell(key) values (%Q); insert into measured select cell.id, j.key, "
        "%Q, j.value from cell, json_each(%Q) j where cell.key = %Q and j.value is not null",
        key, metric, values, key);
    sql_run(db, sql);
    sqlite3_free(sql);
}

static void claim(sqlite3 *db, const char *figure, const char *ours, const char *against,
                  double at_most) {
    char *sql = sqlite3_mprintf("insert into limited(figure, ours, against, per_number, at_most) "
                                "values (%Q, %Q, %Q, 1, %.9g)",
                                figure, ours, against, at_most);
    sql_run(db, sql);
    sqlite3_free(sql);
}

static void judge(sqlite3 *db) {
    sql_run(db, "create temp table paired as select * from limit_pair");
    sql_run_file(db, "results/differ.sql");
}

// Against 100 ns. The logarithms of 0.19, 0.2 and 0.21 to 0.22 are -0.147, -0.095 and -0.047: mean
// -0.0955, spread 0.0317, so t is -7.4 of 5 degrees of freedom, and p 0.0007. To 0.21 mean -0.0492:
// t -3.8, p 0.0125.
static void one_claim_is_not_corrected(void **state) {
    sqlite3 *db = *state;
    measure(db, "a", "ns", "[20, 19, 20, 20, 21, 20]");
    measure(db, "b", "ns", "[100, 100, 100, 100, 100, 100]");
    claim(db, "ns", "a", "b", 0.21);
    judge(db);
    sql_expect(db, "select printf('%d %.4f %.4f', n, p, corrected) from differing",
               "6 0.0125 0.0125");
    sql_expect(db,
               "select printf('%.2f %.2f %.2f ', median, low, high) || verdict from limit_verdict",
               "0.20 0.19 0.21 open"); // the interval ends at the limit
}

// Seven claims: to 0.18 p is 0.0005 and to 0.22 it is 0.0007, which count seven and six times. To
// 0.2101 it is 0.0123, five times, and so too much; alone it is not.
static void claims_are_one_family(void **state) {
    sqlite3 *db = *state;
    measure(db, "a", "ns", "[20, 19, 20, 20, 21, 20]");
    measure(db, "b", "ns", "[100, 100, 100, 100, 100, 100]");
    claim(db, "ns", "a", "b", 0.22);
    claim(db, "ns", "a", "b", 0.2101);
    claim(db, "ns", "a", "b", 0.2101);
    claim(db, "ns", "a", "b", 0.2101);
    claim(db, "ns", "a", "b", 0.2101);
    claim(db, "ns", "a", "b", 0.2101);
    claim(db, "ns", "a", "b", 0.18);
    judge(db);
    sql_expect(
        db,
        "select group_concat(verdict, ' ') from (select verdict from limit_verdict order by id)",
        "holds open open open open open misses");
    sql_run(db, "drop table paired; drop table differing; delete from limited where id <> 2");
    judge(db);
    sql_expect(db, "select verdict from limit_verdict", "holds");
}

static void what_is_counted_needs_no_blocks(void **state) {
    sqlite3 *db = *state;
    measure(db, "a", "n", "[7]");
    measure(db, "a", "ns", "[7]");
    measure(db, "z", "n", "[0, 0, 0]");
    measure(db, "z", "bytes", "[0, 0, 0, 0, 0, 0]");
    measure(db, "v", "n", "[5, 9]"); // counters of a strategy that varies
    claim(db, "n", "a", NULL, 7);
    claim(db, "n", "a", NULL, 6);
    claim(db, "ns", "a", NULL, 100); // once: a time
    claim(db, "n", "z", NULL, 0);
    claim(db, "bytes", "z", NULL, 0.1);
    claim(db, "n", "v", NULL, 10);
    claim(db, "ns", "z", NULL, 1);
    judge(db);
    sql_expect(
        db,
        "select group_concat(verdict, ' ') from (select verdict from limit_verdict order by id)",
        "holds misses open holds holds open missing");
}

// Each ratio is of one block: ours is half as much in every one, though both double from one to the
// next.
static void a_ratio_is_within_a_block(void **state) {
    sqlite3 *db = *state;
    measure(db, "a", "ns", "[1, 2.02, 4, 8, 15.9, 32, null]");
    measure(db, "b", "ns", "[2, 4, 8, 16, 32, 64, 1]");
    claim(db, "ns", "a", "b", 0.6);
    judge(db);
    sql_expect(
        db,
        "select printf('%d %.2f %.3f %.3f ', n, median, low, high) || verdict from limit_verdict",
        "6 0.50 0.497 0.505 holds");
}

// Of 300 sets of 20 claims at most 5 % may have a decided one, and more than 150 x 0.3 would by
// their own intervals.
static void claims_at_their_limit_are_decided_in_few_sets(void **state) {
    sqlite3 *db = *state;
    sql_run(db,
            "drop table cell; drop table metric; drop table measured; create temp table wanted as "
            "select 300 sets");
    sql_run_file(db, "tests/regress/claims.sql");
    sql_run_file(db, "results/differ.sql");
    char *path = file_home("tests/regress/decided.sql"), *sql = text_read_file(path, NULL), *last;
    last = text_format("select sets || ' ' || (decided <= 15) || ' ' || (by_their_own_interval > "
                       "90) from (%.*s) where noise = 'all'",
                       (int)(strrchr(sql, ';') - sql), sql);
    sql_expect(db, last, "300 1 1");
    free(last);
    free(sql);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_claim_is_not_corrected, open_run, sql_close),
        cmocka_unit_test_setup_teardown(claims_are_one_family, open_run, sql_close),
        cmocka_unit_test_setup_teardown(what_is_counted_needs_no_blocks, open_run, sql_close),
        cmocka_unit_test_setup_teardown(a_ratio_is_within_a_block, open_run, sql_close),
        cmocka_unit_test_setup_teardown(claims_at_their_limit_are_decided_in_few_sets, open_run,
                                        sql_close),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
