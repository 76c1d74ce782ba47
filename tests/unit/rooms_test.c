// rooms_test.c - what the page says of heap limits, on a made-up run: who needs how much, and what
// counts as lost.

#include "sql.h"

// Cells 1 to 4: s at 1.1, 1.5 and 2 times the least, and with no limit. Of three blocks at 1.1 two
// ran out of memory, at 1.5 one, and one each ran out of memory and of time at 2. Cell 5: t crashed
// in two of three.
static const char made_up[] =
    "insert into workload(name, place) values ('w', 1);"
    "insert into strategy(name, style) values ('s', 1), ('t', 2), ('u', 3), ('v', 4);"
    "insert into metric(name, title, unit, better, place) values ('cpu_ns_per_step', 'CPU/step', "
    "'ns', 'lower', 1),"
    " ('latency_p99_ns', 'p99', 'ns', 'lower', 2);"
    "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, 1, '');"
    "create temp table given as select key + 1 cell, value ->> 0 strategy, value ->> 1 room, value "
    "-> 2 outcomes from json_each('["
    "[\"s\",1.1,[\"ok\",\"out-of-memory\",\"out-of-memory\"]],[\"s\",1.5,[\"ok\",\"ok\",\"out-of-"
    "memory\"]],"
    "[\"s\",2,[\"out-of-memory\",\"timeout\",\"ok\"]],[\"s\",0,[\"ok\",\"ok\",\"ok\"]],[\"t\",1.1,["
    "\"crashed\",\"crashed\",\"ok\"]]]');"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes, load)"
    " select cell, '', strategy, '', 'g', 1000 * room, 0 from given;"
    "insert into cell(id, key, program, configuration, place, base, again) select cell, cell, 1, "
    "cell, cell, 0, 0 from given;"
    "insert into sweep select iif(strategy = 's', 0, 1), 'tunable', 'room', 'w', '', strategy, '', "
    "'g', room, room || 'x', cell, cell from given;"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * cell + b.key, cell, b.key, "
    "b.value, 1 from given, json_each(outcomes) b;"
    "insert into value select 10 * cell + b.key, 'cpu_ns_per_step', 100 * cell + b.key from given, "
    "json_each(outcomes) b;"
    "insert into minheap values ('w', '', 10, 1, 's', '', 'g', 2000, null), ('w', '', 10, 1, 't', "
    "'', 'g', 1000, null),"
    " ('w', '', 10, 1, 'v', '', 'g', null, 990), ('w', '', 10, 1, 'u', '', 'g', null, 1980);";

static void make_run(sqlite3 *db) {
    sql_run(db, made_up);
    sql_run_file(db, "results/figures.sql");
    sql_run_file(db, "results/limits.sql");
    sql_run_file(db, "plots/common.sql");
}

static void most_invocations_decide_what_is_lost(void **state) {
    sqlite3 *db = *state;
    make_run(db);
    sql_expect(db, "select cell, value, lost from roomed order by cell",
               "1 1.1 1; 2 1.5 0; 3 2.0 1; 4 - 0; 5 1.1 0");
    sql_expect_file(
        db, "plots/heap/data.sql", "series, x, value, value_low, value_high, lost",
        "s 1.1 0 0 0 1; s 1.5 200.5 200.0 201.0 0; s 2.0 0 0 0 1; t 1.1 502.0 502.0 502.0 0; "
        "s 1.1 0 0 0 1; s 2.0 0 0 0 1");
}

static void the_least_is_over_all_that_was_found(void **state) {
    sqlite3 *db = *state;
    make_run(db);
    sql_expect_file(db, "plots/heap/needs.sql",
                    "strategy, \"smallest heap\", printf('%.1f', \"to the least__ratio\")",
                    "t 1 kB 1.0; s 2 kB 2.0; u, v above 990 B 0.0");
    sql_expect_file(db, "plots/heap/says.sql", "what, answer, sentence",
                    "w, smallest heap t with 1 kB; s needs 2x; does not run at 1.1x: s; 2x: s.");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(most_invocations_decide_what_is_lost, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(the_least_is_over_all_that_was_found, sql_open_run,
                                        sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
