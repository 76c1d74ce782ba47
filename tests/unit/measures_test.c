// measures_test.c - values that are stored a row an invocation are what they were, and a table.

#include "read/measures.h"
#include "sql.h"

#include <float.h>
#include <math.h>

static const double numbers[] = {
    0,      -0.0,    1,          -1,         0.1,     63,       64,
    -64,    -65,     8191,       8192,       1e300,   -DBL_MIN, 1e15,
    0x1p53, -0x1p53, 0x1p53 - 1, 1 - 0x1p53, DBL_MAX, 0x1p63,   4503599627370495.5};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void numbers_come_back_bit_by_bit(void **state) {
    (void)state;
    struct packed p = {0};
    size_t i = 0;
    for (; i < NUMBERS; i++)
        packed_add(&p, (uint32_t)(i * i * i * i + i + 1), numbers[i]);
    packed_add(&p, UINT32_MAX, INFINITY);
    struct packed_walk walk = packed_first(p.data, p.bytes);
    for (i = 0; i < NUMBERS; i++, packed_next(&walk)) {
        assert_true(walk.there);
        assert_int_equal(walk.metric, i * i * i * i + i + 1);
        assert_memory_equal(&walk.value, &numbers[i], sizeof walk.value);
    }
    assert_true(walk.there && isinf(walk.value) && walk.metric == UINT32_MAX);
    packed_next(&walk);
    assert_false(walk.there);
    free(p.data);
}

// Of what was cut anywhere there are the pairs before; nothing beyond its end is read, as sanitizers see.
static void what_is_cut_ends_there(void **state) {
    (void)state;
    struct packed p = {0};
    for (uint32_t i = 0; i < NUMBERS; i++)
        packed_add(&p, i + 1, numbers[i]);
    size_t before = 0;
    for (size_t bytes = 0; bytes <= p.bytes; bytes++) {
        unsigned char *cut = malloc(bytes + !bytes);
        memcpy(cut, p.data, bytes);
        size_t pairs = 0;
        for (struct packed_walk walk = packed_first(cut, bytes); walk.there; packed_next(&walk))
            assert_true(!memcmp(&walk.value, &numbers[pairs++], sizeof walk.value));
        assert_true(pairs == before || pairs == before + 1);
        before = pairs;
        free(cut);
    }
    assert_int_equal(before, NUMBERS);
    free(p.data);
}

// The same rows in a table of SQLite's: every way to ask for some must find the same.
static const char *const questions[] = {
    "select group_concat(invocation || metric || value, ' ') from (select * from %s order by 1, 2)",
    "select group_concat(value, ' ') from (select * from %s where invocation = 7 order by metric)",
    "select group_concat(invocation, ' ') from (select * from %s where metric = 'm3' order by 1)",
    "select value from %s where invocation = 5 and metric = 'm2'",
    "select count(*) from %s where metric = 'nonesuch' or invocation = 1000",
    "select count(*) from %s where invocation = 2.5 or invocation is null or metric is null",
    "select count(*) from %s where invocation in (1, 3.0, 5) and metric in ('m1', 'm2', 'x')",
    "select group_concat(i || ' ' || n, ',') from (select invocation i, count(*) n from %s group "
    "by 1)",
    "select group_concat(invocation || value, ' ') from (select * from %s order by invocation "
    "desc, metric)",
    "select sum(a.value * b.value) from %s a join %s b using (invocation, metric)",
    "select total(b.value) from %s a left join %s b on b.invocation = a.invocation and b.metric = "
    "'m1' where a.metric = 'm2'",
    "select group_concat(value, ' ') from (select * from %s where invocation > 11 and value < 9 "
    "order by 1, 2)"};

static char *ask(sqlite3 *db, const char *format, const char *table) {
    char *sql = sqlite3_mprintf(format, table, table);
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(s, 0);
    char *answer = strdup(text ? text : "-");
    sqlite3_finalize(s);
    sqlite3_free(sql);
    return answer;
}

static void expect_same(sqlite3 *db) {
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        char *ours = ask(db, questions[i], "value"), *plain = ask(db, questions[i], "plain");
        if (strcmp(ours, plain))
            fail_msg("%s: %s, not %s", questions[i], ours, plain);
        free(ours);
        free(plain);
    }
}

static void it_is_a_table(void **state) {
    sqlite3 *db = *state;
    sql_run(db, "create table plain(invocation integer, metric text, value real);"
                "with recursive n(n) as (select 0 union all select n + 1 from n where n < 99) "
                "insert into plain select n * 37 % 100 / 7, 'm' || (n * 37 % 100 % 7), "
                "iif(n % 3, n, n / 8.0 - 3) from n where n % 5;");
    sql_run(db, "insert into value select * from plain");
    expect_same(db);
    sql_run(db, "delete from plain where metric = 'm4' or invocation = 9;"
                "delete from value where metric = 'm4' or invocation = 9");
    expect_same(db);
    sql_run(db, "update plain set value = value + 0.5 where metric = 'm1';"
                "update value set value = value + 0.5 where metric = 'm1'");
    expect_same(db);
}

static void a_pair_is_there_once(void **state) {
    sqlite3 *db = *state;
    sql_run(db, "insert into value values (1, 'b', 1), (1, 'a', 2), (1, 'c', null)");
    assert_int_equal(sqlite3_exec(db, "insert into value values (1, 'a', 3)", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    sql_run(db, "insert or replace into value values (1, 'b', 4)");
    assert_int_equal(sqlite3_exec(db, "insert into value values (1, null, 3)", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    sql_expect(db, "select metric, value from value order by 1", "a 2.0; b 4.0");
    sql_expect(db, "select count(*) from value_row", "1");
}

// As of another run: attach 'other/run.db' as other.
static void each_schema_has_its_own(void **state) {
    sqlite3 *db = *state;
    sql_run(db, "attach ':memory:' as other; create virtual table other.value using "
                "invocation_values; insert into value values (1, 'a', 1), (1, 'b', 2);"
                "insert into other.value values (1, 'b', 3)");
    sql_expect(db,
               "select metric, o.value, m.value from other.value o join main.value m "
               "using (invocation, metric)",
               "b 3.0 2.0");
    sql_run(db, "drop table other.value");
    sql_expect(db, "select count(*) from other.sqlite_schema", "0");
    sql_expect(db, "select count(*) from value", "2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back_bit_by_bit),
        cmocka_unit_test(what_is_cut_ends_there),
        cmocka_unit_test_setup_teardown(it_is_a_table, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(a_pair_is_there_once, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(each_schema_has_its_own, sql_open_run, sql_close),
    };
    return cmocka_run_group_tests_name("measures", tests, NULL, NULL);
}
