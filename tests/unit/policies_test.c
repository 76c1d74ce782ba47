// policies_test.c - what the page says of collecting by hand, on a made-up run whose answers were
// worked out by hand: which cells are compared, and what is called a cost or a gain.

#include "sql.h"

// Figures of six blocks, as multiples of those of cell 1, which collects by itself: CPU time, peak
// memory, p99.9 of a step, longest collection. Each is taken times 0.99, 1.01, 1, 1, 1, 1 of the
// blocks. Cell 2 collects too often; 3 not before the end; 4 and 5 have thresholds; 6 differs in
// something else, too; 7 is cell 3 of a strategy that has nothing to be compared with.
static const char made_up[] =
    "insert into workload(name, place) values ('w', 1);"
    "insert into strategy(name, style) values ('s', 1), ('t', 2);"
    "insert into setting(kind, owner, name, fallback, label, choices, place) values "
    "('tunable', 's', 'threshold0', 700, '700', 0, 1);"
    "insert into metric(name, title, unit, better, place) values ('cpu_ns_per_step', 'CPU/step', "
    "'ns', 'lower', 1),"
    " ('rss_peak_bytes', 'peak RSS', 'bytes', 'lower', 2), ('latency_p999_ns', 'p99.9', 'ns', "
    "'lower', 3),"
    " ('collection_cpu_max_ns', 'longest collection', 'ns', 'lower', 4);"
    "insert into program(id, workload, params, steps, seed, input) values (1, 'w', 'live=9', 10, "
    "1, '');"
    "create temp table given as select key + 1 cell, value ->> 0 strategy, value ->> 1 tunables, "
    "value ->> 2 cpu, value ->> 3 rss,"
    " value ->> 4 tail, value ->> 5 longest from "
    "json_each('[[\"s\",\"\",1,1,1,1],[\"s\",\"collect_every=10\",1.2,0.8,3,1],"
    "[\"s\",\"enabled=off;collect_when=end\",1.21,5.2,0.5,30],[\"s\",\"threshold0=7000\",0.5,2,1,2]"
    ",[\"s\",\"threshold0=70\",9,9,9,9],"
    "[\"s\",\"collect_every=10;memory=malloc\",9,9,9,9],[\"t\",\"collect_every=10\",9,9,9,9]]');"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes, load)"
    " select cell, '', strategy, tunables, 'g', 0, 0 from given;"
    "insert into cell(id, key, program, configuration, place, base, again) select cell, cell, 1, "
    "cell, cell, cell in (1, 7), 0 from given;"
    // the first once more, of twice as many steps, which nobody collects by hand
    "insert into program(id, workload, params, steps, seed, input) values (2, 'w', 'live=9', 20, "
    "1, '');"
    "insert into cell(id, key, program, configuration, place, base, again) values (8, 8, 2, 1, 8, "
    "0, 0);"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * cell + b.key, cell, b.key, "
    "'ok', 1 from given, json_each('[0,1,2,3,4,5]') b;"
    "insert into value select 10 * cell + b.key, m.value ->> 0, iif(cell = 1, 1, b.value) * "
    "(m.value ->> 1) *"
    " case m.key when 0 then cpu when 1 then rss when 2 then tail else longest end"
    " from given, json_each('[0.99,1.01,1,1,1,1]') b, "
    "json_each('[[\"cpu_ns_per_step\",100],[\"rss_peak_bytes\",1e6],"
    "[\"latency_p999_ns\",1e4],[\"collection_cpu_max_ns\",1e5]]') m;";

static void make_run(sqlite3 *db, const char *more) {
    static const char *const files[] = {"results/figures.sql", "results/limits.sql",
                                        "plots/common.sql",    "plots/contests.sql",
                                        "results/differ.sql",  "plots/rated.sql"};
    sql_run(db, made_up);
    sql_run(db, more);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        sql_run_file(db, files[i]);
}

static void those_that_differ_in_nothing_else_are_compared(void **state) {
    sqlite3 *db = *state;
    make_run(db, "");
    sql_expect(db, "select plane, cell, usual, hand, tail, name from policy order by cell",
               "w[live=9], s 1 1 0 latency_p999_ns by itself; "
               "w[live=9], s 2 1 1 latency_p999_ns by hand, too, every 10 steps; "
               "w[live=9], s 3 1 1 latency_p999_ns by hand alone, at the end; "
               "w[live=9], s 4 1 0 latency_p999_ns threshold0 7000");
}

static void a_sentence_says_what_it_costs_and_buys(void **state) {
    sqlite3 *db = *state;
    make_run(db, "");
    sql_expect_file(
        db, "plots/policies/says.sql", "what, sentence",
        "Collecting by hand, w[live=9], s against collecting by itself, "
        "\"by hand, too, every 10 steps\" costs CPU time 1.2x (1.19x to 1.21x), p99.9 of a "
        "step 3x (2.97x to 3.03x) and buys peak memory "
        "0.8x (0.792x to 0.808x); \"by hand alone, at the end\" costs CPU time 1.21x (1.2x to "
        "1.22x), peak memory 5.2x (5.15x to 5.25x), "
        "longest collection 30x (29.7x to 30.3x), 3 ms and buys p99.9 of a step 0.5x (0.495x to "
        "0.505x).");
}

// Block 0 alone: whether it is chance cannot be told, so it is called neither.
static void what_ran_once_is_neither(void **state) {
    sqlite3 *db = *state;
    make_run(db, "delete from invocation where block > 0;"
                 "delete from value where metric = 'latency_p999_ns' and invocation = 20;");
    sql_expect_file(
        db, "plots/policies/says.sql", "sentence",
        "against collecting by itself, \"by hand, too, every 10 steps\", once: CPU time 1.19x, "
        "peak memory "
        "0.792x, "
        "longest collection 0.99x, 99 us; \"by hand alone, at the end\", once: CPU time 1.2x, "
        "peak memory 5.15x, longest collection 29.7x, 2.97 ms.");
    sql_expect(db, "select distinct tail from policy",
               "latency_p99_ns"); // one of the cells cannot tell p99.9
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(those_that_differ_in_nothing_else_are_compared,
                                        sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(a_sentence_says_what_it_costs_and_buys, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(what_ran_once_is_neither, sql_open_run, sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
