// twice_test.c - what the SQL says of a program that ran more than once, on made-up runs whose
// answers were worked out by hand: how far a cell lies from itself under a second name, and which
// invocations do not agree, seed by seed.

#include "sql.h"

// ----------------------------------------------------------------------------- under a second name
// Cells 1 and 2 of two strategies, 11 and 12 the same again. Each takes 100 ns in six blocks, and
// again as many times that as said. more: SQL that adds to the run.
static void measure_twice(sqlite3 *db, const char *first, const char *second, const char *more) {
    char *sql = sqlite3_mprintf(
        "insert into workload(name, place) values ('w', 1);"
        "insert into strategy(name, style) values ('s', 1), ('t', 2);"
        "insert into metric(name, title, unit, better, place) values ('cpu_ns_per_step', "
        "'CPU/step', 'ns', 'lower', 1);"
        "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, 1, "
        "'');"
        "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes)"
        " values (1, '', 's', '', 'g', 0), (2, '', 't', '', 'g', 0);"
        "insert into cell(id, key, program, configuration, place, base, again) values (1, 'w/s/g', "
        "1, 1, 1, 1, 0),"
        " (2, 'w/t/g', 1, 2, 2, 1, 0), (11, 'w/s/g@again', 1, 1, 3, 0, 1), (12, 'w/t/g@again', 1, "
        "2, 4, 0, 1);"
        "insert into invocation(id, cell, block, outcome, seed) select 10 * c.id + b.value, c.id, "
        "b.value, 'ok', 1"
        " from cell c, json_each('[0,1,2,3,4,5]') b;"
        "insert into value select i.id, 'cpu_ns_per_step', 100 * case i.cell when 11 then %Q ->> "
        "i.block"
        " when 12 then %Q ->> i.block else 1 end from invocation i;",
        first, second);
    sql_run(db, sql);
    sqlite3_free(sql);
    sql_run(db, more);
    sql_run_file(db, "results/figures.sql");
    static const char *const files[] = {"results/limits.sql", "plots/common.sql",
                                        "plots/contests.sql", "results/differ.sql",
                                        "plots/rated.sql"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        sql_run_file(db, files[i]);
}

// Six blocks: an interval is from the least to the most. The range of the sentence is of both
// pairs, a row that of the wider one, whose median is between 1 and 1.
static void the_floor_is_the_range_of_all_pairs(void **state) {
    sqlite3 *db = *state;
    measure_twice(db, "[0.99, 1.04, 1.0, 1.01, 1.02, 1.03]", "[1.02, 1.0, 0.9, 1.01, 1.0, 0.95]",
                  "");
    sql_expect(db, "select key, second from repeated", "w/s/g 11; w/t/g 12");
    sql_expect_file(db, "plots/noise/says.sql", "what, sentence",
                    "Noise the same under two names differs by CPU/step 0.9x to 1.04x (6 blocks; "
                    "w/s/g, w/t/g).");
    sql_expect_file(db, "plots/noise/table.sql",
                    "metric, printf('%.3f', \"the same twice__ratio\"), \"from__ratio\", "
                    "\"to__ratio\", \"and that is\", "
                    "\"twice was\"",
                    "CPU/step 1.000 0.9 1.02  w/t/g");
}

// 1.2 times as much in every block, to within a hundredth: t is 60 of five degrees of freedom,
// though there are two pairs.
static void a_cell_that_differs_from_itself_is_said(void **state) {
    sqlite3 *db = *state;
    measure_twice(db, "[1.2, 1.21, 1.19, 1.2, 1.2, 1.2]", "[0.99, 1.01, 1.0, 1.0, 1.0, 1.0]", "");
    sql_expect_file(
        db, "plots/noise/says.sql", "what, answer, substr(sentence, 1, 54)",
        "Noise  the same under two names differs by CPU/step 0.99x to ; "
        "Not to be trusted w/s/g differs from itself in CPU/step (1.2x, 1.19x to 1.21x)");
    sql_expect_file(db, "plots/noise/table.sql", "\"and that is\"", "told apart");
}

// Two variants of s: one takes 1.01 to 1.3 times as much, of which t is 2, though its interval lies
// above 1; one takes twice as much.
static const char variants[] =
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes)"
    " values (3, '', 's', 'x=1', 'g', 0), (4, '', 's', 'x=2', 'g', 0);"
    "insert into cell(id, key, program, configuration, place, base, again) values (21, "
    "'w/s[x=1]/g', 1, 3, 5, 0, 0),"
    " (22, 'w/s[x=2]/g', 1, 4, 6, 0, 0);"
    "insert into variant(name, settings, cell, usual, place) values ('one', 'x=1', 21, 1, 1), "
    "('two', 'x=2', 22, 1, 2);"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * c.id + b.value, c.id, "
    "b.value, 'ok', 1"
    " from cell c, json_each('[0,1,2,3,4,5]') b where c.id > 20;"
    "insert into value select id, 'cpu_ns_per_step', 100 * iif(cell = 21, '[1.01, 1.3, 1.02, 1.04, "
    "1.2, 1.03]' ->> block, 2)"
    " from invocation where cell > 20;";

static void a_variant_is_told_apart_as_all_else_is(void **state) {
    sqlite3 *db = *state;
    measure_twice(db, "[1, 1, 1, 1, 1, 1]", "[1, 1, 1, 1, 1, 1]", variants);
    sql_expect_file(
        db, "plots/variants/says.sql", "what, sentence",
        "one on w, s nothing is told apart from the default; not told apart: CPU/step.; "
        "two on w, s CPU/step 2x the default's.");
}

// --------------------------------------------------------------------------------------- agreement
// One program by two seeds on three strategies, twice each: per seed there is a right answer of its
// own.
static const char answers[] =
    "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, 1, ''), "
    "(2, 'w', 'a=1', 10, 1, '');"
    "insert into cell(id, key, program, place, again) values (1, 'w/s/g', 1, 1, 0), (2, 'w/t/g', "
    "1, 2, 0), (3, 'w/u/g', 1, 3, 0),"
    " (4, 'w[a=1]/s/g', 2, 4, 0);"
    "insert into invocation(cell, block, outcome, seed, observed, graph) values"
    " (1, 0, 'ok', 1, 'a', 'x'), (2, 0, 'ok', 1, 'a', 'x'), (3, 0, 'ok', 1, 'a', 'y'),"
    " (1, 1, 'ok', 2, 'b', 'x'), (2, 1, 'ok', 2, 'c', 'x'), (3, 1, 'ok', 2, 'c', 'x'),"
    " (1, 2, 'ok', 1, 'a', null), (2, 2, 'crashed', 1, 'z', 'z'), (4, 0, 'ok', 1, 'd', 'x');";

// Seed 1: u's graph differs from that of s and t. Seed 2: s saw something else than t and u. 'b'
// for seed 2 is no better for what others found with seed 1; what crashed and what has no checksum
// says nothing; another program is another question.
static void agreement_is_asked_of_each_seed(void **state) {
    sqlite3 *db = *state;
    sql_run(db, answers);
    sql_expect(db, "select key, block, seed, field, answer, most from disagreement order by seed",
               "w/u/g 0 1 graph y x; w/s/g 1 2 observed b c");
    sql_run_file(db, "results/figures.sql");
    sql_expect(
        db, "select program, name, value from fact order by 1, 2",
        "1 graph x; 1 observed a; 2 graph x; 2 observed d"); // a fact is that of the first seed
    sql_run(
        db,
        "update invocation set seed = 1"); // were they of one seed: a three times, c twice, b once
    sql_expect(
        db, "select key, block, field, answer, most from disagreement order by key, field",
        "w/s/g 1 observed b a; w/t/g 1 observed c a; w/u/g 0 graph y x; w/u/g 1 observed c a");
}

// One against one: the answer that sorts first is taken for right, whoever found it.
static void of_two_answers_the_first_in_order_is_right(void **state) {
    sqlite3 *db = *state;
    sql_run(db,
            "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, "
            "1, '');"
            "insert into cell(id, key, program, place, again) values (1, 'w/s/g', 1, 1, 0), (2, "
            "'w/t/g', 1, 2, 0);"
            "insert into invocation(cell, block, outcome, seed, observed) values (1, 0, 'ok', 1, "
            "'q'), (2, 0, 'ok', 1, 'p')");
    sql_expect(db, "select key, answer, most from disagreement", "w/s/g q p");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_floor_is_the_range_of_all_pairs, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(a_cell_that_differs_from_itself_is_said, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(a_variant_is_told_apart_as_all_else_is, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(agreement_is_asked_of_each_seed, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(of_two_answers_the_first_in_order_is_right, sql_open_run,
                                        sql_close),
    };
    return cmocka_run_group_tests_name("twice", tests, NULL, NULL);
}
