// differ_test.c - results/differ.sql on made-up runs: of equal pairs at most 5 % of the runs call
// one different, whatever the noise is like, and true differences are seen.

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "read/functions.h"

#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAIRS = 8, BLOCKS = 6, RUNS = 500 };

struct judge {
    sqlite3 *db;
    sqlite3_stmt *add;
    char *sql;
    uint64_t state;
};

static int open_judge(void **state) {
    struct judge *j = calloc(1, sizeof *j);
    char *path = file_home("results/differ.sql");
    j->sql = text_read_file(path, NULL);
    free(path);
    assert_non_null(j->sql);
    assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &j->db));
    assert_int_equal(SQLITE_OK, functions_register(j->db));
    sqlite3_exec(j->db, "create temp table paired(id, metric, x, family default 0)", NULL, NULL,
                 NULL);
    assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(
                                    j->db, "insert into paired(id, metric, x) values (?1, ?2, ?3)",
                                    -1, &j->add, NULL));
    *state = j;
    return 0;
}

static int close_judge(void **state) {
    struct judge *j = *state;
    sqlite3_finalize(j->add);
    sqlite3_close(j->db);
    free(j->sql);
    free(j);
    return 0;
}

static double uniform(struct judge *j) {
    return ((double)(random_next(&j->state) >> 11) + 0.5) * 0x1p-53;
}

// Of the logarithm of one measurement. Each pair has a noise of its own, from 1 % to 8 %.
static double normal(struct judge *j, int pair) {
    return 0.01 * (pair + 1) * sqrt(-2 * log(uniform(j))) * cos(2 * acos(-1) * uniform(j));
}

// Now and then the scheduler takes the CPU: no mean, no variance.
static double heavy(struct judge *j, int pair) {
    return 0.01 * (pair + 1) / uniform(j);
}

// A page more or less of 25.
static double rounded(struct judge *j, int pair) {
    return log(25 + (uniform(j) < 0.1 * (pair + 1)));
}

// Two places that code may lie at, with hardly any noise around each.
static double modal(struct judge *j, int pair) {
    return 0.1 * (uniform(j) < 0.5) + 0.0001 * normal(j, pair);
}

static void add(struct judge *j, int pair, double x) {
    sqlite3_bind_int(j->add, 1, pair);
    sqlite3_bind_int(j->add, 2, pair % 2);
    sqlite3_bind_double(j->add, 3, x);
    assert_int_equal(SQLITE_DONE, sqlite3_step(j->add));
    sqlite3_reset(j->add);
}

// How many pairs of a run are called different, of which some are.
static int called(struct judge *j, double (*noise)(struct judge *, int), int different, double by) {
    sqlite3_stmt *count = NULL;
    sqlite3_exec(j->db, "begin; delete from paired; drop table if exists differing", NULL, NULL,
                 NULL);
    for (int pair = 0; pair < PAIRS; pair++)
        for (int block = 0; block < BLOCKS; block++)
            add(j, pair, noise(j, pair) - noise(j, pair) + (pair < different ? by : 0));
    assert_int_equal(SQLITE_OK, sqlite3_exec(j->db, j->sql, NULL, NULL, NULL));
    sqlite3_prepare_v2(j->db, "select sum(differs) from differing", -1, &count, NULL);
    sqlite3_step(count);
    int sum = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);
    sqlite3_exec(j->db, "commit", NULL, NULL, NULL);
    return sum;
}

// 2000 runs in all. At 5 % each, 500 have 25, and more than 35 in 2 % of cases; seeds are fixed.
static void equal_pairs_are_called_different_in_few_runs(void **state) {
    struct judge *j = *state;
    double (*const noises[])(struct judge *, int) = {normal, heavy, rounded, modal};
    int all = 0;
    for (int noise = 0; noise < 4; noise++) {
        int runs = 0;
        j->state = 1;
        for (int run = 0; run < RUNS; run++)
            runs += called(j, noises[noise], 0, 0) > 0;
        assert_in_range(runs, 0, 35);
        all += runs;
    }
    assert_in_range(all, 1, 100);
}

// The two quietest pairs, of 1 and 2 %, have a spread of 4.5 % by the median of their metric.
static void a_fifth_more_is_seen(void **state) {
    struct judge *j = *state;
    int seen = 0;
    j->state = 2;
    for (int run = 0; run < 100; run++)
        seen += called(j, normal, 2, log(1.2)) == 2;
    assert_in_range(seen, 80, 100);
}

// All six on one side, and as good as equal: by its own spread pair 1 would differ.
static void a_spread_that_is_small_by_accident_is_not_believed(void **state) {
    struct judge *j = *state;
    sqlite3_stmt *row = NULL;
    sqlite3_exec(j->db, "delete from paired; drop table if exists differing", NULL, NULL, NULL);
    for (int block = 0; block < BLOCKS; block++) {
        add(j, 1, 0.05 + 0.0001 * block);
        add(j, 3, 0.08 * (block - 2.4));
        add(j, 5, 0.08 * (2.6 - block));
        add(j, 2, 0.05 + 0.0001 * block); // of another metric, in which such a spread is usual
    }
    assert_int_equal(SQLITE_OK, sqlite3_exec(j->db, j->sql, NULL, NULL, NULL));
    sqlite3_prepare_v2(j->db, "select group_concat(id) from differing where differs", -1, &row,
                       NULL);
    sqlite3_step(row);
    assert_string_equal("2", (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
}

static void what_is_exact_differs_by_any_difference(void **state) {
    struct judge *j = *state;
    sqlite3_exec(j->db,
                 "delete from paired; drop table if exists differing; insert into paired(id, "
                 "metric, x) values "
                 "(1, 0, 1e-9), (1, 0, "
                 "1e-9), (2, 0, 0), (2, 0, 0), (3, 1, 0.5)",
                 NULL, NULL, NULL);
    assert_int_equal(SQLITE_OK, sqlite3_exec(j->db, j->sql, NULL, NULL, NULL));
    sqlite3_stmt *row = NULL;
    sqlite3_prepare_v2(j->db, "select group_concat(id || differs, ' ') from differing", -1, &row,
                       NULL);
    sqlite3_step(row);
    assert_string_equal("11 20 30",
                        (const char *)sqlite3_column_text(row, 0)); // one block tells nothing
    sqlite3_finalize(row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_pairs_are_called_different_in_few_runs),
        cmocka_unit_test(a_fifth_more_is_seen),
        cmocka_unit_test(a_spread_that_is_small_by_accident_is_not_believed),
        cmocka_unit_test(what_is_exact_differs_by_any_difference)};
    return cmocka_run_group_tests_name("differ", tests, open_judge, close_judge);
}
