// trust_test.c - each limit of results/trust.sql, on both of its sides.

#include "judge/trust.h"

#include "base/host.h"
#include "base/text.h"
#include "read/functions.h"
#include "read/load.h"

#include <math.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

// Limits of facts that SQL inserts into `known`.
static struct names found_with(const char *facts) {
    sqlite3 *db;
    char error[512];
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "create temp table known(name, value, what)", NULL, NULL, NULL),
        SQLITE_OK);
    assert_true(load_home(db, "results/trust.sql", error, sizeof error));
    if (sqlite3_exec(db, facts, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", facts, sqlite3_errmsg(db));
    struct names found = trust_recorded(db);
    sqlite3_close(db);
    return found;
}

// A machine and a run about which there is nothing to say.
#define GOOD                                                                                       \
    "insert into known(name, value) values ('load_others', 0.2), ('cpus', 2), ('thp', "            \
    "'madvise'), "                                                                                 \
    "('governor', 'performance'), ('waited_share', 0.01), ('pause_spread', 1.2), "                 \
    "('preemptions', 3), ('stolen_share', 0.001), ('runs', 0), ('blocks', 6), ('coverage', "       \
    "0.969), "                                                                                     \
    "('planned', 10), ('done', 10), ('damaged', 0), ('strays', 0), ('cut', 0), "                   \
    "('commit', 'abc1234'), ('build', 'release'), ('cpu', 'a CPU'), ('kernel', 'Linux 6.1');"

// The facts, of which one is set to a value, perhaps with a cell, have one sentence with these
// words; NULL: none.
static void assert_of(const char *name, const char *value, const char *words) {
    char facts[2048];
    snprintf(facts, sizeof facts,
             GOOD
             "delete from known where name = '%s'; insert into known values ('%s', %s, 'a/b/c')",
             name, name, value);
    struct names found = found_with(facts);
    if (found.count != (words != NULL) || (words && !strstr(found.items[0], words)))
        fail_msg("%s = %s: %zu sentences, '%s'", name, value, found.count,
                 found.count ? found.items[0] : "");
    names_free(&found);
}

static void limits_have_two_sides(void **state) {
    (void)state;
    assert_of("cpus", "2", NULL);
    assert_of("load_others", "1.1", "load average of other programs is 1.1 on 2 CPUs");
    assert_of("load_others", "1.0", NULL);
    assert_of("waited_share", "0.11",
              "more than a tenth of the wall time in 1 of 1 cells (a/b/c):");
    assert_of("waited_share", "0.1", NULL);
    assert_of("preemptions", "21", "more than 20 times a second in 1 of 1 cells (a/b/c):");
    assert_of("preemptions", "20", NULL);
    assert_of("preemptions", "21, 'g/h/i'), ('preemptions', 19, 'd/e/f'), ('preemptions', 30",
              "in 2 of 3 cells (a/b/c, g/h/i):");
    assert_of("preemptions",
              "21, 'g'), ('preemptions', 50, 'd'), ('preemptions', 40, 'e'), ('preemptions', 30, "
              "'f'), ('preemptions', 31",
              "in 5 of 5 cells (a/b/c, d, e and 2 more):");
    assert_of("stolen_share", "0.03", "took 3 % of its CPU time");
    assert_of("stolen_share", "0.02", NULL);
    assert_of("runs", "1", "1 other heapbench run is");
    assert_of("runs", "2", "2 other heapbench runs are");
    assert_of("runs", "-1", NULL);
    assert_of("coverage", "0.9375", "with 6 blocks an interval covers the median in 93.8 %");
    assert_of("blocks", "1", "no intervals");
    assert_of("blocks", "0", NULL);
    assert_of("kernel", "'Linux 6.1', ''), ('kernel', 'Linux 6.2'",
              "different kernels (Linux 6.1, Linux 6.2):");
    assert_of("kernel", "'x', ''), ('kernel', 'z', ''), ('cpu', 'y'",
              "CPU models (a CPU, y) and kernels (x, z)");
    assert_of("build", "'debug'", "a debug build");
    assert_of("commit", "'abc1234-dirty'", "abc1234-dirty does not say");
    assert_of("thp", "'always'", "2 MB");
    assert_of("hosts", "3", "3 machines did the invocations");
    assert_of("hosts", "1", NULL);
    assert_of("governor", "'powersave'", "governor is powersave");
    assert_of("governor", "''", NULL);
    assert_of("allocator", "'MALLOC_ARENA_MAX=1'", "an allocator (MALLOC_ARENA_MAX=1)");
    assert_of("allocator", "''", NULL);
    assert_of("preload", "'x.so'", "LD_PRELOAD=x.so");
    assert_of("pause_spread", "2.1", "differs 2.1x from block to block");
    assert_of("pause_spread", "1.5", NULL);
    assert_of("pause_spread", "null", NULL);
    assert_of("cut", "1, null), ('cut_least', 1",
              "1 cell around the base ran in fewer blocks, once, and has no");
    assert_of("cut", "2, null), ('cut_least', 1",
              "2 cells around the base ran in fewer blocks, some once,");
    assert_of("cut", "2, null), ('cut_least', 5", "fewer blocks, but in 5 at least:");
    assert_of("done", "7", "3 of 10 planned");
    assert_of("done", "11", NULL);
    assert_of("damaged", "2", "2 damaged records");
    assert_of("strays", "2", "2 of no planned cell");
    assert_of("peakless", "3", "3 invocations have no peak");
    assert_of("peakless", "0", NULL);
}

static void what_is_unknown_is_passed_over(void **state) {
    (void)state;
    struct names found = found_with("");
    assert_int_equal(found.count, 0);
    found = found_with(
        "insert into known(name, value) values ('load_others', 50)"); // of how many CPUs?
    assert_int_equal(found.count, 0);
}

// The most important one is first.
static void several_limits_have_an_order(void **state) {
    (void)state;
    struct names found = found_with(
        GOOD "update known set value = 'debug' where name = 'build';"
             "update known set value = 9 where name in ('load_others', 'strays', 'cut')");
    assert_int_equal(found.count, 4);
    assert_non_null(strstr(found.items[0], "debug build"));
    assert_non_null(strstr(found.items[1], "9 of no planned cell"));
    assert_non_null(strstr(found.items[3], "9 cells around"));
    names_free(&found);
}

static void this_machine_has_facts(void **state) {
    (void)state;
    setenv("MALLOC_ARENA_MAX", "1", 1);
    setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
    struct names found = trust_live("debug");
    char *all = names_join(&found, "\n");
    assert_ptr_equal(strstr(all, "these programs are a debug build"), all);
    assert_non_null(strstr(all, "(GLIBC_TUNABLES=glibc.malloc.tcache_count=0 MALLOC_ARENA_MAX=1)"));
    free(all);
    names_free(&found);
}

static void ticks_stolen_are_a_share(void **state) {
    (void)state;
    struct host_ticks before = {1000, 10}, after = {1100, 14}, none = {0};
    assert_true(fabs(host_stolen_share(before, after) - 0.04) < 1e-9);
    assert_true(isnan(host_stolen_share(none, none)));
    assert_true(isnan(host_stolen_share(after, before)));
    assert_true(host_ticks_read().all > 0);
}

// A process of its own group, which calls itself "a) b" until it is told to end.
static void others_are_those_of_other_groups(void **state) {
    (void)state;
    int told[2], ready[2], before = host_others("a) b");
    char byte = 0;
    for (int own_group = 0; own_group < 2; own_group++) {
        assert_int_equal(pipe(told) | pipe(ready), 0);
        pid_t pid = fork();
        if (pid == 0) {
            close(told[1]);
            prctl(PR_SET_NAME, "a) b");
            if (own_group)
                setpgid(0, 0);
            bool good = write(ready[1], &byte, 1) == 1 && read(told[0], &byte, 1) == 0;
            _exit(!good);
        }
        close(told[0]);
        assert_int_equal(read(ready[0], &byte, 1), 1);
        assert_int_equal(host_others("a) b"), before + own_group);
        close(told[1]);
        waitpid(pid, NULL, 0);
        close(ready[0]);
        close(ready[1]);
    }
}

// A run of two cells in three blocks, of which one invocation is missing, on a busy machine.
static const char run_sql[] =
    "insert into run values ('blocks', 3), ('damaged', 4), ('strays', 5);"
    "insert into cell(id, key) values (1, 'a/b/c'), (2, 'd/e/f');"
    "insert into machine(id, host, cpu, cpus, kernel, thp, governor, allocator, commit_id, build) "
    "values"
    " (1, 'n1', 'x', 8, 'k', 'always', 'powersave', 'MALLOC_A=1', 'c1', 'release'),"
    " (2, 'n2', 'x', 8, 'k', 'always', 'powersave', NULL, 'c2', 'release');"
    "insert into invocation(id, cell, block, machine, load1) values (1, 1, 0, 1, 2), (2, 1, 1, 1, "
    "7.5),"
    " (3, 1, 2, 2, 3), (4, 2, 0, 1, 1), (5, 2, 1, 1, 1);"
    "insert into figure values (1, 'cpu_ns_per_step', 3, 500, 400, 600),"
    " (1, 'steps_per_second', 3, 1e6, 1e6, 1e6), (2, 'cpu_ns_per_step', 2, 990, 1, 1),"
    " (2, 'steps_per_second', 2, 1e6, 1e6, 1e6), (1, 'preemptions_per_second', 3, 5, 4, 6),"
    " (2, 'preemptions_per_second', 3, 50, 24, 60);"
    "insert into value values (1, 'cpu_ns_per_step', 500), (2, 'cpu_ns_per_step', 400),"
    " (3, 'cpu_ns_per_step', 600), (4, 'cpu_ns_per_step', 990);"
    "insert into value select invocation, 'steps_per_second', 1e6 from value where metric = "
    "'cpu_ns_per_step';"
    "insert into value values (1, 'collection_cpu_max_ns', 100), (2, 'collection_cpu_max_ns', 300),"
    " (3, 'collection_cpu_max_ns', 200), (4, 'collection_cpu_max_ns', 100), (5, "
    "'collection_cpu_max_ns', 110);"
    "update invocation set outcome = 'ok';"
    "insert into value values (1, 'stolen_share', 0.02), (2, 'stolen_share', 0.04), (1, 'others', "
    "0),"
    " (2, 'others', 2);";

// Facts of the run as "name=value(what) ..."
static void assert_known(sqlite3 *db, const char *names, const char *expected) {
    sqlite3_stmt *row;
    char *sql =
        text_format("select group_concat(name || '=' || value || coalesce('(' || what || ')', "
                    "''), ' ') from (select * from known where name in (%s) order by name, value)",
                    names);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(row, 0), expected);
    sqlite3_finalize(row);
    free(sql);
}

static void expect_shaken(sqlite3 *db, const char *cells) {
    sqlite3_stmt *row;
    char error[512];
    assert_true(load_home(db, "results/trust.sql", error, sizeof error));
    sqlite3_prepare_v2(db,
                       "select group_concat(key, ' ') from (select key from shaken order by key)",
                       -1, &row, NULL);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(row, 0), cells);
    sqlite3_finalize(row);
}

static void a_recorded_run_has_facts(void **state) {
    (void)state;
    sqlite3 *db;
    char error[512];
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    functions_register(db);
    assert_true(load_home(db, "results/schema.sql", error, sizeof error));
    assert_true(load_home(db, "results/known.sql", error, sizeof error));
    assert_int_equal(sqlite3_exec(db, run_sql, NULL, NULL, NULL), SQLITE_OK);
    assert_known(db, "'load_others', 'cpus'", "cpus=8 load_others=6.5"); // 1 is the benchmark's own
    assert_known(db, "'thp', 'governor', 'allocator'",
                 "allocator=MALLOC_A=1 governor=powersave thp=always");
    assert_known(db, "'commit', 'kernel', 'build'", "build=release commit=c1 commit=c2 kernel=k");
    // of three blocks that waited for 0.4, 0.5 and 0.6 of the time the least, and of one block all
    assert_known(db, "'waited_share'", "waited_share=0.01(d/e/f) waited_share=0.4(a/b/c)");
    assert_known(db, "'preemptions'", "preemptions=4.0(a/b/c) preemptions=24.0(d/e/f)");
    expect_shaken(db, "a/b/c d/e/f");
    assert_known(db, "'hosts'", "hosts=2");
    assert_known(db, "'stolen_share', 'runs'", "runs=2.0 stolen_share=0.03");
    assert_known(db, "'blocks', 'coverage'", "blocks=3 coverage=0.75");
    assert_known(db, "'pause_spread'", "pause_spread=2.05"); // of two cells, 3 and 1.1
    assert_known(db, "'planned', 'done', 'damaged', 'strays'",
                 "damaged=4 done=5 planned=6 strays=5");
    sqlite3_exec(db, "insert into run values ('cut', 1), ('cut_least', 1), ('cut_missing', 2)",
                 NULL, NULL, NULL);
    assert_known(db, "'cut', 'cut_least', 'planned'",
                 "cut=1 cut_least=1 planned=4"); // due in the first block alone
    sqlite3_close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(limits_have_two_sides),
                                       cmocka_unit_test(what_is_unknown_is_passed_over),
                                       cmocka_unit_test(several_limits_have_an_order),
                                       cmocka_unit_test(this_machine_has_facts),
                                       cmocka_unit_test(a_recorded_run_has_facts),
                                       cmocka_unit_test(ticks_stolen_are_a_share),
                                       cmocka_unit_test(others_are_those_of_other_groups)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
