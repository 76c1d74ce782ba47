// openloop_test.c - what the page says of steps that come when they are due, on a made-up run whose answers were worked out by
// hand: who is ranked, and which of two times is drawn as which.

#include "sql.h"

// Of each cell p99 of the response and of the service, how many of six blocks were saturated, and what it leaves behind. Each is taken
// times 0.99, 1.01, 1, 1, 1, 1 of the blocks. At load 0.9 all are saturated.
static const char made_up[] =
    "insert into workload(name, place) values ('w', 1);"
    "insert into strategy(name, style) values ('a', 1), ('b', 2), ('c', 3), ('d', 4);"
    "insert into metric(name, title, unit, better, place) values ('response_p99_ns', 'p99 "
    "response', 'ns', 'lower', 1),"
    " ('latency_p99_ns', 'p99', 'ns', 'lower', 2), ('saturated', 'saturated', '', 'lower', 3), "
    "('leaked_bytes', 'leaked', 'bytes', 'lower', 4),"
    " ('response_max_ns', 'longest', 'ns', 'lower', 5), ('latency_max_ns', 'longest', 'ns', "
    "'lower', 6), ('steps', 'steps', '', 'neither', 7);"
    "insert into program(id, workload, params, steps, seed, input) values (1, 'w', '', 10, 1, '');"
    "create temp table given as select key + 1 cell, value ->> 0 strategy, value ->> 1 load, value "
    "->> 2 response, value ->> 3 service, "
    "value ->> 4 saturated, value ->> 5 leaked from "
    "json_each('[[\"a\",0.7,4000,100,2,0],[\"b\",0.7,9000,200,3,0],[\"c\",0.7,2000,300,4,0],"
    "[\"d\",0.7,1000,400,0,16],[\"a\",0.9,5000,100,6,0],[\"b\",0.9,9500,200,6,0]]');"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes, load)"
    " select cell, '', strategy, '', 'g', 0, load from given;"
    "insert into cell(id, key, program, configuration, place, base, again) select cell, cell, 1, "
    "cell, cell, 0, 0 from given;"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * cell + b.key, cell, b.key, "
    "'ok', 1 from given, "
    "json_each('[0,1,2,3,4,5]') b;"
    "insert into value select 10 * cell + b.key, m.value, case m.key when 0 then response * "
    "b.value when 1 then service * b.value"
    " when 2 then b.key < saturated when 3 then leaked when 4 then 2 * response when 5 then 2 * "
    "service else 10 end"
    " from given, json_each('[0.99,1.01,1,1,1,1]') b, "
    "json_each('[\"response_p99_ns\",\"latency_p99_ns\",\"saturated\",\"leaked_bytes\","
    "\"response_max_ns\",\"latency_max_ns\",\"steps\"]') m;"
    "insert into series select 10 * cell + b.key, k.value, 50, iif(k.key, response, service) / 2, "
    "null, null from given, "
    "json_each('[0,1,2,3,4,5]') b, json_each('[\"latency\",\"response\"]') k;";

// The same program by a and b in a closed loop: p99.9 of the service, and metered over four windows, of which a run of b was shorter than
// the longest.
static const char closed[] =
    "insert into metric(name, title, unit, better, place) values ('latency_p999_ns', 'p99.9', "
    "'ns', 'lower', 20), ('metered_10ms_p999_ns', '10 ms', 'ns', 'lower', 21), "
    "('metered_100ms_p999_ns', '100 ms', 'ns', 'lower', 22), ('metered_1s_p999_ns', '1 s', 'ns', "
    "'lower', 23), ('metered_whole_p999_ns', 'whole', 'ns', 'lower', 24);"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes) values "
    "(7, '', 'b', '', 'g', 0), (8, '', 'a', '', 'g', 0);"
    "insert into cell(id, key, program, configuration, place, base, again) values (7, 7, 1, 7, 7, "
    "1, 0), (8, 8, 1, 8, 8, 1, 0);"
    "insert into invocation(id, cell, block, outcome, seed) select 10 * c.id + b.key, c.id, b.key, "
    "'ok', 1 from cell c, json_each('[0,1,2,3,4,5]') b where c.id > 6;"
    "insert into value select 10 * f.value ->> 0 + b.key, f.value ->> 1, f.value ->> 2 * b.value "
    "from json_each('[[8,\"latency_p999_ns\",10],[8,\"metered_10ms_p999_ns\",20],"
    "[8,\"metered_100ms_p999_ns\",30],[8,\"metered_1s_p999_ns\",40],"
    "[8,\"metered_whole_p999_ns\",50],[7,\"latency_p999_ns\",100],"
    "[7,\"metered_10ms_p999_ns\",200],[7,\"metered_100ms_p999_ns\",300],"
    "[7,\"metered_whole_p999_ns\",500]]') f, json_each('[90,110,100,100,100,100]') b;";

static int make_run(void **state) {
    static const char *const files[] = {"results/figures.sql", "results/limits.sql",
                                        "plots/common.sql",    "plots/contests.sql",
                                        "results/differ.sql",  "plots/rated.sql"};
    (void)sql_open_run(state);
    sql_run(*state, made_up);
    sql_run(*state, closed);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        sql_run_file(*state, files[i]);
    return 0;
}

// c was saturated in 4 of 6 blocks, b in 3, and d leaves garbage.
static void what_is_saturated_is_not_ranked(void **state) {
    sql_expect_file(*state, "plots/openloop/says.sql", "what, answer, sentence",
                    "w, load 0.7, p99 response a (4 us) has the least; behind: b (2.25x, 2.25x); "
                    "not ranked: d; "
                    "saturated in most blocks: c.; "
                    "w, load 0.9, p99 response nobody is ranked ; saturated in most blocks: a, b.");
}

static void the_line_is_the_response(void **state) {
    sql_expect_file(
        *state, "plots/openloop/data.sql",
        "panel, series, percentile, cast(response_ns as integer), cast(service_ns as integer)",
        "load-0.7 a 50.0 2000 50; load-0.7 a 100.0 8000 200; load-0.7 b 50.0 4500 100; load-0.7 b "
        "100.0 18000 400; "
        "load-0.7 c 50.0 1000 150; load-0.7 c 100.0 4000 600; load-0.7 d 50.0 500 200; load-0.7 d "
        "100.0 2000 800; "
        "load-0.9 a 50.0 2500 50; load-0.9 a 100.0 10000 200; load-0.9 b 50.0 4750 100; load-0.9 b "
        "100.0 19000 400");
}

static void metered_latency_is_of_the_closed_loop(void **state) {
    sql_expect_file(
        *state, "plots/openloop/metered.sql", "workload, strategy, across, median, low, high",
        "w a latency_p999_ns 1000.0 900.0 1100.0; w a metered_10ms_p999_ns 2000.0 1800.0 2200.0; "
        "w a metered_100ms_p999_ns 3000.0 2700.0 3300.0; w a metered_1s_p999_ns 4000.0 3600.0 "
        "4400.0; "
        "w a metered_whole_p999_ns 5000.0 4500.0 5500.0; w b latency_p999_ns 10000.0 9000.0 "
        "11000.0; "
        "w b metered_10ms_p999_ns 20000.0 18000.0 22000.0; w b metered_100ms_p999_ns 30000.0 "
        "27000.0 33000.0; "
        "w b metered_1s_p999_ns - - -; w b metered_whole_p999_ns 50000.0 45000.0 55000.0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_saturated_is_not_ranked, make_run, sql_close),
        cmocka_unit_test_setup_teardown(the_line_is_the_response, make_run, sql_close),
        cmocka_unit_test_setup_teardown(metered_latency_is_of_the_closed_loop, make_run, sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
