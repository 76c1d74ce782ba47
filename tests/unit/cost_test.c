// cost_test.c - cost against a lower bound (results/README.md, "Cost"), on records and runs whose
// answers were worked out by hand.

#include "read/reading.h"
#include "sql.h"

// --------------------------------------------------------------------------------------- distilled
// The longest pause of all kinds, on the wall, and what it took of the CPU: not what took most.
static void the_longest_pause_has_its_own_cpu_time(void **state) {
    sqlite3 *db = *state;
    struct reading *reading = reading_new(db);
    sql_run_file(db, "results/metrics.sql");
    struct parser *parser = parser_new();
    sql_record(reading, parser,
               "{\"pauses\":{\"gen0\":{\"max_ns\":70,\"longest_cpu_ns\":60},"
               "\"full\":{\"max_ns\":900,\"longest_cpu_ns\":40},"
               "\"gen1\":{\"max_ns\":80,\"longest_cpu_ns\":80}}}");
    sql_expect_metric(db, "pause_longest_cpu_ns", "40.0");
    parser_free(parser);
}

#define PAUSE(SUM, COUNT)                                                                          \
    "{\"count\":" COUNT ",\"sum_ns\":" SUM ",\"min_ns\":1,\"max_ns\":" SUM ",\"buckets\":[[" SUM   \
    "," COUNT "]]}"

// 10 steps took 900 + 100 of CPU time and 2000 of wall time; two kinds of pauses 100 + 200 and 400
// + 200 of these.
static const char paused[] =
    "{\"steps\":10,\"wall_ns\":2000,\"cpu_user_ns\":900,\"cpu_system_ns\":100,\"page_faults\":5,"
    "\"hardware\":{\"cycles\":40,\"instructions\":100},"
    "\"pauses_cpu\":{\"full\":" PAUSE("100", "1") ",\"cascade\":" PAUSE(
        "200", "1") "},"
                    "\"pauses\":{\"full\":" PAUSE("400", "1") ",\"cascade\":" PAUSE("200",
                                                                                    "1") "}}";
// One that announces no pauses, and one whose pauses, an upper bound, are longer than it took.
static const char silent[] =
    "{\"steps\":10,\"wall_ns\":2000,\"cpu_user_ns\":900,\"cpu_system_ns\":100}";
static const char over[] = "{\"steps\":10,\"wall_ns\":2000,\"cpu_user_ns\":90,\"cpu_system_ns\":10,"
                           "\"pauses_cpu\":{\"full\":" PAUSE("101", "1") "}}";

static void pauses_of_all_kinds_are_taken_off(void **state) {
    sqlite3 *db = *state;
    struct reading *reading = reading_new(db);
    sql_run_file(db, "results/metrics.sql");
    struct parser *parser = parser_new();
    sql_record(reading, parser, paused);
    sql_expect_metric(db, "distilled_cpu_ns_per_step", "70.0");
    sql_expect_metric(db, "distilled_wall_ns_per_step", "140.0");
    sql_expect_metric(db, "page_faults_per_step", "0.5");
    sql_expect_metric(db, "cycles_per_step", "4.0");
    sql_expect_metric(db, "instructions_per_cycle", "2.5");
    sql_expect_metric(db, "cache_misses_per_step", "-");
    sql_record(reading, parser, silent);
    sql_expect_metric(db, "distilled_cpu_ns_per_step", "100.0");
    sql_expect_metric(db, "cycles_per_step", "-");
    sql_record(reading, parser, over);
    sql_expect_metric(db, "distilled_cpu_ns_per_step", "0.0");
    parser_free(parser);
}

// --------------------------------------------------------------------------------------- the least
// CPU time of a step and the same distilled, block by block, in three cells of a program and two of
// another. a, with settings of its own, has the least median, 90; b the least of all, once. c is below it, but ran once; d, too, but steps came when
// they were due, and e failed.
static const char measured[] =
    "insert into workload(name, place) values ('w', 1);"
    "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, 1, ''), "
    "(2, 'w', 'a=1', 10, 1, '');"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes, load) "
    "values"
    " (1, '', 'a', '', 'g', 0, 0), (2, '', 'b', '', 'g', 0, 0), (3, '', 'c', '', 'g', 0, 0), (4, "
    "'', 'a', '', 'g', 0, 0.5);"
    "insert into cell(id, key, program, configuration, place, base, again) values (1, 'a', 1, 1, "
    "1, 0, 0),"
    " (2, 'b', 1, 2, 2, 1, 0), (3, 'c', 1, 3, 3, 1, 0), (4, 'd', 1, 4, 4, 0, 0), (5, 'e', 1, 2, 5, "
    "0, 0), (6, 'f', 2, 1, 6, 1, 0);"
    "create temp table given as select value ->> 0 cell, value ->> 1 block, value ->> 2 cpu, value "
    "->> 3 distilled from json_each('"
    "[[1,0,100,80],[1,1,110,90],[1,2,120,100],[2,0,95,70],[2,1,95,95],[2,2,95,95],[3,0,50,40],"
    "[4,0,20,10],[4,1,22,10],[4,2,30,10],[5,0,9,9],[5,1,9,9],[5,2,9,9],[6,0,30,20],[6,1,30,20],[6,"
    "2,30,20]]');"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * cell + block, cell, block, "
    "iif(cell = 5, 'crashed', 'ok'), 1"
    " from given;"
    "insert into value select 10 * cell + block, 'cpu_ns_per_step', cpu from given union all"
    " select 10 * cell + block, 'distilled_cpu_ns_per_step', distilled from given;";

// a: 100 / 80, 110 / 90, 120 / 100; b: 95 / 80, 95 / 90, 95 / 100; c: 50 / 80; d: 20 / 80, 22 / 90,
// 30 / 100; f: 30 / 20.
static void the_least_median_is_the_bound_within_each_block(void **state) {
    sqlite3 *db = *state;
    sql_run(db, measured);
    sql_run_file(db, "results/figures.sql");
    sql_expect(db, "select program, cost, cell, median from least", "1 cpu 1 90.0; 2 cpu 6 20.0");
    sql_expect(
        db,
        "select key, n, printf('%.4f %.4f %.4f', median, low, high) from figure join cell on "
        "id = cell where metric = 'lbo_cpu' order by key",
        "a 3 0.2222 0.2000 0.2500; b 3 0.0556 -0.0500 0.1875; c 1 -0.3750 0.0000 0.0000; "
        "d 3 -0.7500 -0.7556 -0.7000; f 3 0.5000 0.5000 0.5000");
    sql_expect(db, "select count(*) from figure where metric = 'lbo_wall'", "0");
}

// Wall time is twice that, of which the same is distilled: a 200 / 80, 220 / 90, 240 / 100. Of instructions and
// cycles nothing is taken off, so b has the least: a 100 / 95, 110 / 95, 120 / 95.
static void so_it_is_with_the_other_costs(void **state) {
    sqlite3 *db = *state;
    sql_run(db, measured);
    sql_run(db, "insert into value"
                " select 10 * cell + block, 'wall_ns_per_step', 2 * cpu from given union all"
                " select 10 * cell + block, 'distilled_wall_ns_per_step', distilled from given"
                " union all select 10 * cell + block, m.value, cpu from given,"
                " json_each('[\"instructions_per_step\",\"cycles_per_step\"]') m");
    sql_run_file(db, "results/figures.sql");
    sql_expect(db, "select cost, cell, median from least where program = 1 order by cost",
               "cpu 1 90.0; cycles 2 95.0; instructions 2 95.0; wall 1 90.0");
    sql_expect(db,
               "select metric, printf('%.4f', median) from figure where cell = 1 and metric like "
               "'lbo%' order by metric",
               "lbo_cpu 0.2222; lbo_cycles 0.1579; lbo_instructions 0.1579; lbo_wall 1.4444");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pauses_of_all_kinds_are_taken_off, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(so_it_is_with_the_other_costs, sql_open_run, sql_close),
        cmocka_unit_test_setup_teardown(the_longest_pause_has_its_own_cpu_time, sql_open_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(the_least_median_is_the_bound_within_each_block,
                                        sql_open_run, sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
