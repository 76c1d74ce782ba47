// residual_test.c - what the page says of memory that stays when most objects are gone, on two made-up cells whose answers were
// worked out by hand.

#include "sql.h"

// Each phase: bytes allocated, freed, resident. The first cell frees at once and holds, after each phase, 1000 2000 250 40 10 0 0 0 0;
// the second frees nothing before all is gone, so live is what the first holds. Its memory falls with time alone.
static const char made_up[] =
    "insert into workload(name, place) values ('scenario', 1);"
    "insert into strategy(name, style) values ('s', 1), ('t', 2);"
    "insert into program(id, workload, params, steps, seed, input) values (1, 'scenario', '', 305, "
    "1, 'residual');"
    "insert into configuration(id, build, strategy, tunables, backing, heap_limit_bytes, load) "
    "values (1, '', 's', '', 'glibc', 0, 0), (2, '', 't', 'memory=malloc', 'glibc', 0, 0);"
    "insert into cell(id, key, program, configuration, place, base, again) values (1, 'a', 1, 1, "
    "1, "
    "1, 0), (2, 'b', 1, 2, 2, 0, 0);"
    "create temp table given as select value ->> 0 cell, value ->> 1 phase, value ->> 2 made, "
    "value "
    "->> 3 freed, value ->> 4 rss from json_each('["
    "[1,\"setup\",1000,0,1000],[1,\"build\",1000,0,4000],[1,\"1in8\",0,1750,2000],[1,\"1in64\",0,"
    "210,1000],[1,\"1in512\",0,30,500],[1,\"none\",0,10,400],[1,\"100ms\",0,0,300],[1,\"1s\",0,0,"
    "200],[1,\"5s\",0,0,100],"
    "[2,\"setup\",1000,0,1000],[2,\"build\",1000,0,9000],[2,\"1in8\",0,0,9000],[2,\"1in64\",0,0,"
    "8000],[2,\"1in512\",0,0,7000],[2,\"none\",0,2000,6000],[2,\"100ms\",0,0,5000],[2,\"1s\",0,0,"
    "50],[2,\"5s\",0,0,5]]');"
    "insert into invocation(id, cell, block, outcome, seed) values (1, 1, 0, 'ok', 1), (2, 2, 0, "
    "'ok', 1);"
    "insert into value select cell, 'bytes_allocated@' || phase, made from given union all"
    " select cell, 'bytes_freed@' || phase, freed from given union all"
    " select cell, 'rss_end_bytes@' || phase, rss from given where phase <> 'setup' union all"
    " values (2, 'rss_purged_bytes@none', 3);";

static int make_run(void **state) {
    static const char *const files[] = {"results/figures.sql", "results/limits.sql",
                                        "plots/common.sql"};
    (void)sql_open_run(state);
    sql_run(*state, made_up);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        sql_run_file(*state, files[i]);
    return 0;
}

// 2000 / 250, 1000 / 40, 500 / 10; 9000 / 250, 8000 / 40, 7000 / 10.
static void what_is_resident_is_set_against_what_lives(void **state) {
    sql_expect_file(*state, "plots/residual/table.sql", "*",
                    "s glibc 4000.0 8.0 25.0 50.0 400.0 300.0 200.0 100.0 -; "
                    "t[memory=malloc] glibc 9000.0 36.0 200.0 700.0 6000.0 5000.0 50.0 5.0 3.0");
}

static void the_least_and_the_most_are_named(void **state) {
    sql_expect_file(*state, "plots/residual/says.sql", "*",
                    "with one object in 512 left 50x of what is live is resident on s/glibc, the "
                    "least; 700x on t[memory=malloc]/glibc, the most.");
}

static void the_picture_has_what_lives_beside_it(void **state) {
    sql_expect_file(
        *state, "plots/residual/data.sql",
        "group_concat(cast(rss_bytes as integer) || '/' || cast(live_bytes as integer), "
        "' ')",
        "4000/2000 2000/250 1000/40 500/10 400/0 300/0 200/0 100/0 9000/2000 9000/250 "
        "8000/40 7000/10 6000/0 5000/0 50/0 5/0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_resident_is_set_against_what_lives, make_run,
                                        sql_close),
        cmocka_unit_test_setup_teardown(the_least_and_the_most_are_named, make_run, sql_close),
        cmocka_unit_test_setup_teardown(the_picture_has_what_lives_beside_it, make_run, sql_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
