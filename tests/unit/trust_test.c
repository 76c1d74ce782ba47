// trust_test.c - each limit of judge/trust.c, on both of its sides.

#include "judge/trust.h"

#include "base/file.h"
#include "base/host.h"
#include "base/text.h"
#include "read/functions.h"

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

// A machine and a run about which there is nothing to say.
static struct trust_facts good_facts(void) {
    struct trust_facts f = {.load_others = 0.2,
                            .cpus = 2,
                            .thp = "madvise",
                            .governor = "performance",
                            .waited_share = 0.01,
                            .pause_spread = 1.2,
                            .preemptions = 3,
                            .stolen_share = 0.001,
                            .blocks = 6,
                            .coverage = 0.969,
                            .planned = 10};
    names_add(&f.commits, "abc1234");
    names_add(&f.builds, "release");
    names_add(&f.cpu_models, "a CPU");
    names_add(&f.kernels, "Linux 6.1");
    return f;
}

static size_t found_with(const struct trust_facts *f, const char *words) {
    struct names found = trust_check(f);
    size_t count = found.count;
    for (size_t i = 0; i < found.count; i++)
        if (words && !strstr(found.items[i], words))
            fail_msg("'%s' is not about %s", found.items[i], words);
    names_free(&found);
    return count;
}

// The facts, spoilt in one way, have one sentence with these words.
#define assert_found(spoil, words)                                                                 \
    do {                                                                                           \
        struct trust_facts f = good_facts();                                                       \
        spoil;                                                                                     \
        assert_int_equal(found_with(&f, words), 1);                                                \
        trust_facts_free(&f);                                                                      \
    } while (0)
#define assert_silent(change)                                                                      \
    do {                                                                                           \
        struct trust_facts f = good_facts();                                                       \
        change;                                                                                    \
        assert_int_equal(found_with(&f, NULL), 0);                                                 \
        trust_facts_free(&f);                                                                      \
    } while (0)

static void limits_have_two_sides(void **state) {
    (void)state;
    assert_silent((void)f);
    assert_found(f.load_others = 1.1, "load average of other programs is 1.1 on 2 CPUs");
    assert_silent(f.load_others = 1.0);
    assert_found((f.waited_share = 0.11, f.waited_cell = strdup("a/b/c")), "a/b/c");
    assert_silent(f.waited_share = 0.1);
    assert_found((f.preemptions = 21, f.preempted_cell = strdup("d/e/f")),
                 "21 times a second (d/e/f)");
    assert_silent(f.preemptions = 20);
    assert_found(f.stolen_share = 0.03, "took 3 % of its CPU time");
    assert_silent(f.stolen_share = 0.02);
    assert_found(f.runs = 1, "1 other heapbench run is");
    assert_found(f.runs = 2, "2 other heapbench runs are");
    assert_silent(f.runs = -1);
    assert_found((f.blocks = 5, f.coverage = 0.9375),
                 "5 blocks an interval covers the median in 93.8 %");
    assert_found((f.blocks = 1, f.coverage = 0), "no intervals");
    assert_silent((f.blocks = 0, f.coverage = 0));
    assert_found(names_add(&f.kernels, "Linux 6.2"), "different kernels (Linux 6.1, Linux 6.2)");
    assert_found((names_add(&f.kernels, "x"), names_add(&f.cpu_models, "y")),
                 "CPU models (a CPU, y) and kernels");
    assert_found((names_free(&f.builds), names_add(&f.builds, "debug")), "a debug build");
    assert_found((names_free(&f.commits), names_add(&f.commits, "abc1234-dirty")),
                 "abc1234-dirty does not say");
    assert_found(strcpy(f.thp, "always"), "2 MB");
    assert_found(strcpy(f.governor, "powersave"), "governor is powersave");
    assert_found(f.allocator = strdup("MALLOC_ARENA_MAX=1"), "an allocator (MALLOC_ARENA_MAX=1)");
    assert_found(f.preload = "x.so", "LD_PRELOAD=x.so");
    assert_found(f.pause_spread = 2.1, "differs 2.1x from block to block");
    assert_silent(f.pause_spread = 1.5);
    assert_silent(f.pause_spread = NAN);
    assert_found(f.cut = 1, "1 cell around the base ran once");
    assert_found(f.cut = 2, "2 cells around the base ran once");
    assert_found(f.missing = 3, "3 of 10 planned");
    assert_found(f.damaged = 2, "2 damaged records");
    assert_found(f.strays = 2, "2 of no planned cell");
}

static void what_is_unknown_is_passed_over(void **state) {
    (void)state;
    struct trust_facts f = {
        .load_others = NAN, .waited_share = NAN, .preemptions = NAN, .stolen_share = NAN};
    assert_int_equal(found_with(&f, NULL), 0);
    f = (struct trust_facts){.load_others = 50,
                             .waited_share = NAN,
                             .preemptions = NAN,
                             .stolen_share = NAN}; // on an unknown number of CPUs
    assert_int_equal(found_with(&f, NULL), 0);
}

static void this_machine_has_facts(void **state) {
    (void)state;
    setenv("MALLOC_ARENA_MAX", "1", 1);
    setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
    struct trust_facts f = trust_live("debug");
    assert_string_equal(f.allocator,
                        "GLIBC_TUNABLES=glibc.malloc.tcache_count=0 MALLOC_ARENA_MAX=1");
    struct names found = trust_check(&f);
    assert_true(f.cpus >= 1);
    assert_true(found.count >= 1);
    assert_non_null(strstr(found.items[0], "debug build"));
    names_free(&found);
    trust_facts_free(&f);
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
    "insert into machine(id, cpu, cpus, kernel, thp, governor, allocator, commit_id, build) values"
    " (1, 'x', 8, 'k', 'always', 'powersave', 'MALLOC_A=1', 'c1', 'release'),"
    " (2, 'x', 8, 'k', 'always', 'powersave', NULL, 'c2', 'release');"
    "insert into invocation(id, cell, block, machine, load1) values (1, 1, 0, 1, 2), (2, 1, 1, 1, "
    "7.5),"
    " (3, 1, 2, 2, 3), (4, 2, 0, 1, 1), (5, 2, 1, 1, 1);"
    "insert into figure values (1, 'cpu_ns_per_step', 3, 500, 400, 600),"
    " (1, 'steps_per_second', 3, 1e6, 1e6, 1e6), (2, 'cpu_ns_per_step', 2, 990, 1, 1),"
    " (2, 'steps_per_second', 2, 1e6, 1e6, 1e6), (1, 'preemptions_per_second', 3, 5, 4, 6),"
    " (2, 'preemptions_per_second', 3, 50, 4, 60);"
    "insert into value values (1, 'collection_cpu_max_ns', 100), (2, 'collection_cpu_max_ns', 300),"
    " (3, 'collection_cpu_max_ns', 200), (4, 'collection_cpu_max_ns', 100), (5, "
    "'collection_cpu_max_ns', 110);"
    "update invocation set outcome = 'ok';"
    "insert into value values (1, 'stolen_share', 0.02), (2, 'stolen_share', 0.04), (1, 'others', "
    "0),"
    " (2, 'others', 2);";

static void a_recorded_run_has_facts(void **state) {
    (void)state;
    sqlite3 *db;
    char *path = file_home("results/schema.sql"), *schema = text_read_file(path, NULL);
    assert_non_null(schema);
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    functions_register(db);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, run_sql, NULL, NULL, NULL), SQLITE_OK);
    struct trust_facts f = trust_recorded(db);
    assert_true(f.load_others == 6.5); // 1 is the benchmark's own
    assert_int_equal(f.cpus, 8);
    assert_string_equal(f.thp, "always");
    assert_string_equal(f.governor, "powersave");
    assert_string_equal(f.allocator, "MALLOC_A=1");
    assert_int_equal(f.commits.count, 2);
    assert_int_equal(f.kernels.count, 1);
    assert_true(fabs(f.waited_share - 0.5) < 1e-9);
    assert_string_equal(f.waited_cell, "a/b/c");
    assert_true(f.preemptions == 50);
    assert_string_equal(f.preempted_cell, "d/e/f");
    assert_true(fabs(f.stolen_share - 0.03) < 1e-9);
    assert_int_equal(f.runs, 2);
    assert_int_equal(f.blocks, 3);
    assert_true(f.coverage == 0.75);
    assert_true(fabs(f.pause_spread - (3 + 1.1) / 2) < 1e-9); // of two cells
    assert_int_equal(f.planned, 6);
    assert_int_equal(f.missing, 1);
    assert_int_equal(f.cut, 0);
    assert_int_equal(f.damaged, 4);
    assert_int_equal(f.strays, 5);
    trust_facts_free(&f);
    sqlite3_exec(db, "insert into run values ('cut', 1)", NULL, NULL, NULL);
    f = trust_recorded(db);
    assert_int_equal(f.cut, 1);
    assert_int_equal(f.planned, 4); // the cell that was cut is due in the first block alone
    trust_facts_free(&f);
    sqlite3_close(db);
    free(schema);
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(limits_have_two_sides),
                                       cmocka_unit_test(what_is_unknown_is_passed_over),
                                       cmocka_unit_test(this_machine_has_facts),
                                       cmocka_unit_test(a_recorded_run_has_facts),
                                       cmocka_unit_test(ticks_stolen_are_a_share),
                                       cmocka_unit_test(others_are_those_of_other_groups)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
